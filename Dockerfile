# The app: API (the default), worker (node dist/worker/main.js) and migrations (node dist/tools/migrate/main.js up).
# Builds with BuildKit and with the classic builder alike, so it uses nothing that only one of them has.
ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS compile
# The classic builder leaves this stage behind as an image without a name: the label finds it, to be pruned.
ARG IMAGE_TITLE=app
LABEL org.opencontainers.image.title=${IMAGE_TITLE}-build
WORKDIR /app
COPY package.json ./
# Of the development dependencies only the compiler, in the version of package.json. Types are checked by `npm run check`.
RUN npm install --prefix /opt/typescript --no-save --ignore-scripts --no-audit --no-fund \
    "@typescript/native@$(node -p 'require("./package.json").devDependencies["@typescript/native"]')"
COPY . .
RUN /opt/typescript/node_modules/.bin/tsc --project tsconfig.build.json --noCheck --types ''

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json ./
# Temporal's native core comes for every platform, 27 MB each, and with its Rust sources: only this platform's is kept.
# A strict umask of whoever cloned must not make files unreadable for the user below.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && bridge=node_modules/@temporalio/core-bridge \
 && target="$(node -p "require('./$bridge/common').getPrebuiltTargetName()")" \
 && find "$bridge/releases" -mindepth 1 -maxdepth 1 ! -name "$target" -exec rm -r {} + \
 && rm -r "$bridge/sdk-core" \
 && chmod 644 package.json package-lock.json \
 && rm -rf /root/.npm /tmp/*

FROM dependencies
ARG IMAGE_TITLE=app
LABEL org.opencontainers.image.title=${IMAGE_TITLE}
COPY --from=compile /app/dist dist
RUN node dist/tools/bundle/main.js dist/workflow-bundle.js
USER 1000:1000
CMD ["node", "dist/api/main.js"]
