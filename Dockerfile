# One image for every role: `node dist/main.js bot | api | worker | all`.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts/prisma-engine.mjs scripts/
# The engine is named so that Prisma's install script doesn't download another one.
ENV PRISMA_SCHEMA_ENGINE_BINARY=/app/scripts/prisma-engine.mjs
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run db:generate \
  && npx tsc -p tsconfig.build.json \
  && node dist/worker/bundle.js \
  && npm run build:top-up \
  && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production ASSETS_DIR=/var/lib/easel/assets API_HOST=0.0.0.0
WORKDIR /app
# A named volume takes the owner of the folder it is mounted over.
RUN mkdir -p /var/lib/easel/assets && chown -R node:node /var/lib/easel
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/prisma prisma
COPY --from=build /app/package.json /app/prisma.config.ts ./
COPY --from=build /app/scripts/prisma.mjs /app/scripts/prisma-engine.mjs scripts/
USER node
EXPOSE 3000
CMD ["node", "--enable-source-maps", "dist/main.js", "all"]
