#!/bin/sh
# Makes a folder with Python for ARM64 and the peers' packages in it, to be run under emulation.
#
#   xtask/arm64/python.sh FOLDER
#
# Python and what it needs come from the Debian this machine runs, unpacked and not installed; the packages, as wheels.
# What is there already stays.
set -eu

requirements="$(cd "$(dirname "$0")" && pwd)/../peers/requirements.txt"
folder=$1
cmp --quiet "$requirements" "$folder/requirements.txt" && exit 0
rm -rf "$folder"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$folder/usr/lib"
# Debian's own layout, whatever an older package says.
ln -s usr/lib "$folder/lib"
touch "$folder/apt/status"

apt() {
    apt-get --quiet --quiet -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root \
        -o Dir::State::Lists="$folder/apt/lists" -o Dir::State::Status="$folder/apt/status" \
        -o Dir::Cache="$folder/apt" -o Debug::NoLocking=1 "$@"
}
apt update
apt install --yes --download-only --no-install-recommends python3-minimal libpython3-stdlib libstdc++6 libgomp1
for package in "$folder"/apt/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar --extract --keep-directory-symlink --directory "$folder"
done

python=$(basename "$(readlink "$folder/usr/bin/python3")")
platforms=$(for glibc in 17 24 26 27 28 31 34; do echo "--platform manylinux_2_${glibc}_aarch64"; done)
# shellcheck disable=SC2086 # one option for each platform
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$folder/packages" \
    --only-binary=:all: --implementation cp --python-version "${python#python}" --platform manylinux2014_aarch64 $platforms \
    -r "$requirements"

# QEMU shows its programs the files in here in place of the machine's: onnxruntime reads which processor it is on, and
# crashes where that is no ARM64's. This is the Cortex-A76 that is emulated.
mkdir "$folder/proc"
cat >"$folder/proc/cpuinfo" <<'END'
processor	: 0
Features	: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
CPU implementer	: 0x41
CPU architecture: 8
CPU variant	: 0x4
CPU part	: 0xd0b
CPU revision	: 1
END
rm -rf "$folder/apt"
cp "$requirements" "$folder"
