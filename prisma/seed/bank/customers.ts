// The demonstration bank's customers. Days are counted back from the day of loading.

export type UserSeed = {
  id: string;
  name: string;
  email: string;
  phone: string;
  address: [street: string, city: string, state: string, postalCode: string, country: string];
  sinceDays: number;
  passwordDays: number;
};

export const USERS: UserSeed[] = [
  user('user_001', 'Alex Morgan', '+1 503 555 0141', 2190, 212, [
    '418 Alder Street, Apt 6',
    'Portland',
    'Oregon',
    '97205',
    'United States',
  ]),
  user('user_002', 'Jordan Ellis', '+1 303 555 0142', 1460, 64, [
    '2207 Juniper Lane',
    'Denver',
    'Colorado',
    '80203',
    'United States',
  ]),
  user('user_003', 'Mei Tanaka', '+1 206 555 0143', 980, 401, [
    '77 Harbor View Road',
    'Seattle',
    'Washington',
    '98101',
    'United States',
  ]),
  user('user_004', 'Samuel Okoye', '+1 713 555 0144', 760, 18, [
    '5 Magnolia Court',
    'Houston',
    'Texas',
    '77002',
    'United States',
  ]),
  user('user_005', 'Clara Jensen', '+45 55 55 01 45', 610, 130, [
    'Elmegade 14, 2. tv',
    'Copenhagen',
    'Capital Region',
    '2200',
    'Denmark',
  ]),
  user('user_006', 'Diego Fuentes', '+1 305 555 0146', 540, 95, [
    '1190 Palmetto Avenue',
    'Miami',
    'Florida',
    '33131',
    'United States',
  ]),
  user('user_007', 'Ruth Abramson', '+1 617 555 0147', 3100, 700, [
    '36 Chestnut Hill Way',
    'Boston',
    'Massachusetts',
    '02116',
    'United States',
  ]),
  user('user_008', 'Noor Rahman', '+44 20 5550 0148', 330, 41, [
    '9 Lantern Mews',
    'London',
    'Greater London',
    'E2 8HD',
    'United Kingdom',
  ]),
];

function user(
  id: string,
  name: string,
  phone: string,
  sinceDays: number,
  passwordDays: number,
  address: UserSeed['address'],
): UserSeed {
  const email = `${name.toLowerCase().replace(' ', '.')}@example.com`;
  return { id, name, email, phone, address, sinceDays, passwordDays };
}

export type CardSeed = {
  id: string;
  user: string;
  brand: 'Visa' | 'Mastercard';
  kind: 'debit' | 'credit';
  lastFour: string;
  /** Whole months after the month of loading. */
  months: number;
  deactivated?: { days: number; reason: 'lost' | 'stolen' | 'fraud' | 'damaged' | 'other' };
};

export const CARDS: CardSeed[] = [
  { id: 'CARD-0001', user: 'user_001', brand: 'Visa', kind: 'debit', lastFour: '7734', months: 26 },
  {
    id: 'CARD-0002',
    user: 'user_001',
    brand: 'Visa',
    kind: 'debit',
    lastFour: '1187',
    months: 3,
    deactivated: { days: 75, reason: 'lost' },
  },
  { id: 'CARD-0003', user: 'user_002', brand: 'Mastercard', kind: 'debit', lastFour: '3052', months: 14 },
  { id: 'CARD-0004', user: 'user_002', brand: 'Visa', kind: 'credit', lastFour: '9420', months: 31 },
  { id: 'CARD-0005', user: 'user_003', brand: 'Visa', kind: 'debit', lastFour: '6618', months: 9 },
  { id: 'CARD-0006', user: 'user_004', brand: 'Mastercard', kind: 'debit', lastFour: '2275', months: 20 },
  {
    id: 'CARD-0007',
    user: 'user_004',
    brand: 'Mastercard',
    kind: 'debit',
    lastFour: '8093',
    months: 17,
    deactivated: { days: 12, reason: 'fraud' },
  },
  { id: 'CARD-0008', user: 'user_005', brand: 'Visa', kind: 'debit', lastFour: '4461', months: 28 },
  { id: 'CARD-0009', user: 'user_006', brand: 'Visa', kind: 'credit', lastFour: '5507', months: 6 },
  { id: 'CARD-0010', user: 'user_007', brand: 'Mastercard', kind: 'debit', lastFour: '1346', months: 11 },
  { id: 'CARD-0011', user: 'user_007', brand: 'Visa', kind: 'credit', lastFour: '2982', months: 23 },
  { id: 'CARD-0012', user: 'user_008', brand: 'Mastercard', kind: 'debit', lastFour: '7719', months: 35 },
];

export type IssueSeed = {
  user: string;
  subject: string;
  description: string;
  category: 'card' | 'account' | 'transaction' | 'transfer' | 'fees' | 'login' | 'app' | 'other';
  priority: 'low' | 'normal' | 'high' | 'urgent';
  status: 'open' | 'in_progress' | 'resolved';
  days: number;
};

export const ISSUES: IssueSeed[] = [
  {
    user: 'user_001',
    subject: 'Lost card replaced',
    description: 'Lost the debit card ending in 1187 on a train. It was deactivated and a new one was sent.',
    category: 'card',
    priority: 'high',
    status: 'resolved',
    days: 75,
  },
  {
    user: 'user_004',
    subject: 'Two purchases I did not make',
    description: 'Two payments at a shop I have never been to, with the debit card ending in 8093.',
    category: 'transaction',
    priority: 'urgent',
    status: 'in_progress',
    days: 12,
  },
  {
    user: 'user_006',
    subject: 'Late fee although I paid in time',
    description:
      'The payment of my credit card left my account two days before the due date, and there is a fee all the same.',
    category: 'fees',
    priority: 'normal',
    status: 'open',
    days: 9,
  },
  {
    user: 'user_007',
    subject: 'App signs me out',
    description: 'The app asks for the password again each time I switch to another one and back.',
    category: 'app',
    priority: 'low',
    status: 'open',
    days: 4,
  },
];
