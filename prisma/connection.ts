import pg from 'pg';

/**
 * The URL with settings that each connection takes as it opens. They stand in the URL because pg lets the URL's own
 * `options` win over those of a pool.
 */
export function withSettings(url: string, settings: Record<string, string>): string {
  const bound = new URL(url);
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${escaped(value)}`);
  bound.searchParams.set('options', [bound.searchParams.get('options'), ...options].filter(Boolean).join(' '));
  return bound.href;
}

/** In startup options a space ends a value, and a backslash takes the next character as it is. */
function escaped(value: string): string {
  return value.replace(/[\\\s]/gu, '\\$&');
}

const isUnanswered = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

/** pg's pool keeps a connection that is given back without a word, though it may have been silent: here it breaks. */
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

/** A connection whose other end is gone without a word is found out, and replaced: nobody waits for it for ever. */
const patience = {
  Client: ImpatientClient,
  connectionTimeoutMillis: 5_000,
  query_timeout: 15_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

/** `report` hears of connections that were lost; the query that needed one reports for itself. */
export function openPool(config: pg.PoolConfig, report: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({ ...config, ...patience });
  pool.on('error', report);
  // One that is lost just as it is handed out would otherwise end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

const MAX_NAMED_STATEMENTS = 500;

/** A named statement is planned once per connection. Past the bound a text stays unnamed, so that the server's memory does too. */
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
