export type ArticleSeed = {
  id: string;
  title: string;
  product: string;
  category: 'hardware' | 'system' | 'storage' | 'network' | 'printing' | 'email' | 'security' | 'account';
  os: 'windows' | 'linux' | 'macos' | 'other';
  tags: string[];
  problem: string;
  symptoms: string[];
  cause: string;
  steps: [todo: string, command?: string][];
  author: string;
  /** Days before the day of loading. */
  updated: number;
  related: string[];
};

export type TicketSeed = {
  id: string;
  customerId: string;
  assetId?: string;
  requester: string;
  title: string;
  description: string;
  status: 'open' | 'in_progress' | 'waiting' | 'resolved' | 'closed';
  priority: 'critical' | 'high' | 'medium' | 'low';
  category: 'hardware' | 'system' | 'storage' | 'network' | 'printing' | 'email' | 'security' | 'account';
  os: 'windows' | 'linux' | 'macos' | 'other';
  tags: string[];
  assignee?: string;
  /** Days before the day of loading. */
  ago: number;
  hour: number;
  /** Minutes after it was opened, as in `resolved` and `comments`. */
  answered?: number;
  resolved?: [minutes: number, how: string];
  comments: [author: string, minutes: number, body: string][];
  articles: Record<string, 'resolved' | 'used'>;
};
