import { defineConfig } from 'prisma/config';

// The URL matters to Prisma's own migrate commands only; generating the client needs none.
const url = process.env.DATABASE_URL;

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  ...(url ? { datasource: { url } } : {}),
});
