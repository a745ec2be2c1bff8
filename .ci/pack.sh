#!/bin/sh
# Packs the published packages, checks the tarballs, and imports each from an empty project.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages='infinibox-client oracle-control core testing'

for name in $packages; do
  (cd "packages/$name" && pnpm pack --pack-destination "$work" > /dev/null)
  tarball=$(ls "$work"/orasync-"$name"-*.tgz)
  pnpm exec publint "$tarball"
  pnpm exec attw "$tarball" --profile esm-only
done

mkdir "$work/consumer"
cd "$work/consumer"
printf '{ "name": "consumer", "private": true, "type": "module" }\n' > package.json
npm install --no-audit --no-fund --silent "$work"/*.tgz
for name in $packages; do
  node --input-type=module -e "
    const exports = Object.keys(await import('@orasync/$name'));
    if (exports.length === 0) throw new Error('@orasync/$name exports nothing');
    console.log('@orasync/$name:', exports.length, 'exports');"
done
# The guard is started as a program of its own, found beside the library; without the pipe of a run it refuses.
guard=node_modules/@orasync/oracle-control/dist/guard/guard-main.js
test -f "$guard"
if node "$guard" 3<&- 2> guard-error; then
  echo 'the guard started without its pipe' >&2
  exit 1
fi
grep -q 'new Socket' guard-error
# The types stand on their own: nothing that they name is missing from an installation.
cat > consumer.mts <<'TS'
import { createInfiniboxClient } from '@orasync/infinibox-client';
import { createOracleControl } from '@orasync/oracle-control';
import { runBackup, snapshotArray, systemClock } from '@orasync/core';
import { startTestbed } from '@orasync/testing';

export const parts = { createInfiniboxClient, createOracleControl, runBackup, snapshotArray, systemClock, startTestbed };
TS
npm install --no-audit --no-fund --silent --save-dev @types/node@20
"$OLDPWD/node_modules/.bin/tsc" --noEmit --strict --module nodenext --target es2023 --types node consumer.mts
npx --no-install orasync-testbed --help 2>&1 | grep -q 'usage: orasync-testbed'
