import pg from 'pg';

/**
 * Adds settings to the URL that each connection applies when it opens. Settings of the pool would not do: the URL's own
 * `options` override them.
 */
export function withSettings(url: string, settings: Record<string, string>): string {
  const bound = new URL(url);
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${escaped(value)}`);
  bound.searchParams.set('options', [bound.searchParams.get('options'), ...options].filter(Boolean).join(' '));
  return bound.href;
}

/** In startup options a space ends a value, and a backslash escapes the next character. */
function escaped(value: string): string {
  return value.replace(/[\\\s]/gu, '\\$&');
}

const isUnanswered = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

/** Breaks its connection when a query times out. pg's pool would keep and reuse a connection that no longer answers. */
class ImpatientClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.query = new Proxy(this.query, { apply: (query, _, args) => this.#watch(Reflect.apply(query, this, args)) });
  }

  #watch(answer: unknown): unknown {
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        if (isUnanswered(error)) this.connection.stream.destroy(new Error('the database does not answer'));
      });
    }
    return answer;
  }
}

/** Detects connections whose other end is gone, so that no query waits for ever. */
const patience = {
  Client: ImpatientClient,
  connectionTimeoutMillis: 5_000,
  query_timeout: 15_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

/** `report` gets the loss of idle connections; a query on a lost connection fails by itself. */
export function openPool(config: pg.PoolConfig, report: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({ ...config, ...patience });
  pool.on('error', report);
  // Without a listener, losing a connection while the pool hands it out would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

const MAX_NAMED_STATEMENTS = 500;

/** Postgres plans a named statement once per connection. Further statements stay unnamed, to bound the server's memory. */
export function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= MAX_NAMED_STATEMENTS) return known ?? '';
    const name = `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}
