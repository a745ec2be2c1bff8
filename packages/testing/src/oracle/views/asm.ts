import { defineView, type View } from './define-view.js';

const diskMegabytes = 10_240n;

/**
 * The views of ASM from a database instance: the groups that it uses, and their disks; empty in a database on file systems.
 * Columns and words: oracle-hot-backup.md section 3 (CONNECTED observed in PURE; the disks' states assumed).
 */
export const asmViews: Readonly<Record<string, View>> = {
  V$ASM_DISKGROUP: defineView('GROUP_NUMBER:n NAME:30 STATE:11 TYPE:6 TOTAL_MB:n FREE_MB:n', ({ state }) =>
    state.asmGroups.map(({ name, type, disks }, index) => {
      const total = BigInt(disks.length) * diskMegabytes;
      return [BigInt(index + 1), name, 'CONNECTED', type, total, total / 2n];
    }),
  ),
  V$ASM_DISK: defineView(
    `GROUP_NUMBER:n DISK_NUMBER:n NAME:30 PATH:256 FAILGROUP:30 MOUNT_STATUS:7 HEADER_STATUS:12 MODE_STATUS:7 STATE:8
     LIBRARY:64 OS_MB:n`,
    ({ state }) =>
      state.asmGroups.flatMap(({ disks }, group) =>
        disks.map(({ name, path, failureGroup }, index) => [
          BigInt(group + 1),
          BigInt(index),
          name,
          path,
          failureGroup ?? name,
          'OPENED',
          'MEMBER',
          'ONLINE',
          'NORMAL',
          'System',
          diskMegabytes,
        ]),
      ),
  ),
  V$ASM_OPERATION: defineView('GROUP_NUMBER:n OPERATION:5 STATE:4 POWER:n EST_MINUTES:n', ({ state }) =>
    state.asmGroups.flatMap(({ name }, group) =>
      name === state.rebalancing ? [[BigInt(group + 1), 'REBAL', 'RUN', 1n, 3n]] : [],
    ),
  ),
};
