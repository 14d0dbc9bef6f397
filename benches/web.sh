#!/bin/sh
# The page's first paint, how lively it is, and its training beside TensorFlow.js. Needs Chromium, node with npm, and the page in dist/.
set -eu
cd "$(dirname "$0")/.."
[ -f dist/index.html ] || { echo "There is no page in dist/: run \`cargo xtask build-web\` first." >&2; exit 1; }
peer="${CARGO_TARGET_DIR:-target}/xtask/tensorflow"
mkdir -p "$peer"
npm install --no-save --no-audit --no-fund --prefix "$peer" @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
node benches/web/first_paint.mjs dist 5
node benches/web/liveliness.mjs dist 3
node benches/web/training.mjs dist "$peer/node_modules" 5
