import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Generating the client needs no database, so an unset url must not stop it.
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
