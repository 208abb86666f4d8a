# The app: API (default), worker (node dist/worker/main.js) and migrations (node dist/tools/migrate/main.js up).
# Uses only features that both BuildKit and the classic builder have.
ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS compile
# The classic builder keeps this stage as an unnamed image: the label allows pruning it.
ARG IMAGE_TITLE=app
LABEL org.opencontainers.image.title=${IMAGE_TITLE}-build
WORKDIR /app
COPY package.json ./
# Installs only the compiler of the development dependencies. `npm run check` checks types.
RUN npm install --prefix /opt/typescript --no-save --ignore-scripts --no-audit --no-fund \
    "@typescript/native@$(node -p 'require("./package.json").devDependencies["@typescript/native"]')"
COPY . .
RUN /opt/typescript/node_modules/.bin/tsc --project tsconfig.build.json --noCheck --types ''

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json ./
# Temporal's package contains its native core for every platform (27 MB each) and its Rust sources: keep only this platform's core.
# With a strict umask in the clone, the user below could not read the copied files: set their mode.
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
