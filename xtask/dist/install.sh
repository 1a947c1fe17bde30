#!/bin/sh
# Installs connector @VERSION@ for this user: sh install.sh [--help]
set -eu

version=@VERSION@
address=${CONNECTOR_ADDRESS:-@ADDRESS@}
home=${CONNECTOR_HOME:-$HOME/.local/share/connector}
bin=${CONNECTOR_BIN:-$HOME/.local/bin}

if [ $# -gt 0 ]; then
	cat <<-END
	Fetches connector $version from
	  $address
	compares its SHA-256, and unpacks it into
	  $home/$version
	with a command in
	  $bin/connector
	Versions before stay beside it, for runs that they began. The variables
	CONNECTOR_ADDRESS, CONNECTOR_HOME and CONNECTOR_BIN say other places.
	END
	exit 0
fi

fail() {
	echo "install.sh: $*" >&2
	exit 1
}

case $(uname -m) in
x86_64 | amd64) cpu=x86_64 ;;
aarch64 | arm64) cpu=aarch64 ;;
*) fail "there is no program for $(uname -m): build it from its sources" ;;
esac
case $(uname -s) in
Darwin) system=apple-darwin ;;
Linux)
	system=unknown-linux-gnu
	# On musl, ldd says so; where there is neither, the static program does.
	if ! command -v ldd >/dev/null || ldd --version 2>&1 | grep -qi musl; then system=unknown-linux-musl; fi
	;;
*) fail "there is no program for $(uname -s): on Windows use install.ps1" ;;
esac
name=connector-$version-$cpu-$system
archive=$name.tar.gz

if command -v curl >/dev/null; then
	fetch() { curl --fail --silent --show-error --location "$1" --output "$2"; }
elif command -v wget >/dev/null; then
	fetch() { wget -q "$1" -O "$2"; }
else
	fail "needs curl or wget"
fi
if command -v sha256sum >/dev/null; then
	sum() { sha256sum "$1"; }
elif command -v shasum >/dev/null; then
	sum() { shasum -a 256 "$1"; }
else
	fail "needs sha256sum or shasum"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch "$address/SHA256SUMS" "$work/SHA256SUMS" || fail "cannot fetch $address/SHA256SUMS"
# Names there may have a folder before them.
wanted=$(awk -v name="$archive" '{ n = split($2, parts, "/"); if (parts[n] == name) print $1 }' "$work/SHA256SUMS")
[ -n "$wanted" ] || fail "this release has no $archive"
fetch "$address/$archive" "$work/$archive" || fail "cannot fetch $address/$archive"
found=$(sum "$work/$archive")
[ "${found%% *}" = "$wanted" ] || fail "$archive is not what SHA256SUMS says: nothing was installed"

tar -xzf "$work/$archive" -C "$work"
mkdir -p "$home" "$bin"
rm -rf "${home:?}/$version"
mv "$work/$name" "$home/$version"
# Not a link: on some systems a program learns of the link alone, and would not find its component.
cat >"$bin/.connector.$$" <<-END
	#!/bin/sh
	exec "$home/$version/connector" "\$@"
END
chmod 755 "$bin/.connector.$$"
mv "$bin/.connector.$$" "$bin/connector"
echo "connector $version is in $bin"
case ":$PATH:" in
*":$bin:"*) ;;
*) echo "Add it to your path: export PATH=\"$bin:\$PATH\"" ;;
esac
