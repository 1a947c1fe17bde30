#!/bin/sh
# Publishes what `cargo xtask dist` made: publish.sh FOLDER WHAT…, where WHAT is oci, npm, pypi or crates. A release
# does it with the ecosystems' own registries, and the rehearsal with stand-ins on this machine. Where to, and as whom,
# say the variables that these tools read anyway, and:
#   OCI     the repository's first part, such as ghcr.io/studio-fern
#   SOURCE  the https address of the sources
#   SIGN    cosign, to sign what was pushed by the identity of who runs this
# What is there already, because a release stopped on the way, is passed over: on npm, and on PyPI with
# UV_PUBLISH_CHECK_URL.
set -eu
folder=$1
shift
dist=$(cd "$folder" && pwd)
sources=$(cd "$(dirname "$0")/../.." && pwd)

oci() {
	: "${OCI:?says which registry: ghcr.io/studio-fern}"
	for wasm in "$dist"/component/*.wasm; do
		stem=$(basename "$wasm" .wasm)
		case $stem in
		*.wit) name=${stem%.wit} kind="WIT package" ;;
		*) name=$stem kind="component" ;;
		esac
		version=${name##*-}
		name=${name%-"$version"}
		wkg oci push "$OCI/$name:$version" "$wasm" \
			--annotation "org.opencontainers.image.title=$name" \
			--annotation "org.opencontainers.image.description=$name, a $kind" \
			--annotation "org.opencontainers.image.version=$version" \
			--annotation "org.opencontainers.image.licenses=Apache-2.0 OR MIT" \
			--annotation "org.opencontainers.image.source=${SOURCE:-}"
		if [ "${SIGN:-}" = cosign ]; then cosign sign --yes "$OCI/$name:$version"; fi
	done
}

npm_() {
	# The programs first: the package that runs them names them.
	for archive in "$dist"/npm/connector-cli-*.tgz "$dist"/npm/*.tgz; do
		case " ${done:-} " in *" $archive "*) continue ;; esac
		done="${done:-} $archive"
		id=$(tar -xOzf "$archive" package/package.json | node -p 'const it = JSON.parse(require("fs").readFileSync(0)); `${it.name}@${it.version}`')
		if npm view "$id" version >/dev/null 2>&1; then
			echo "$id is there already"
			continue
		fi
		npm publish --access public "$archive"
	done
}

pypi() {
	uv publish "$dist"/python/*.whl
}

crates() {
	make -C "$sources" publish-crates
}

for what; do
	case $what in
	npm) npm_ ;;
	oci | pypi | crates) $what ;;
	*) echo "publish.sh: there is no $what; there is oci, npm, pypi and crates" >&2 && exit 2 ;;
	esac
done
