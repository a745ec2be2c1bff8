import { instanceName } from '../instances.js';
import { defineView, hostDate, type View } from './define-view.js';

/** Unknown: whether V$PDBS shows what CONTAINER_DATA hides elsewhere. */
const withHiddenContainers = (view: View): View => ({
  ...view,
  rows: (context) =>
    view.rows(context.state.assumptions.showsHiddenContainers ? { ...context, visibleContainers: undefined } : context),
});

/** The views of the database and its instances. Columns and words: oracle-hot-backup.md section 3. */
export const databaseViews: Readonly<Record<string, View>> = {
  V$DATABASE: defineView(
    `DBID:n NAME:9 DB_UNIQUE_NAME:30 CREATED:d LOG_MODE:12 OPEN_MODE:20 DATABASE_ROLE:16 CONTROLFILE_TYPE:7
     CURRENT_SCN:n CHECKPOINT_CHANGE#:n RESETLOGS_CHANGE#:n RESETLOGS_TIME:d FORCE_LOGGING:39 FLASHBACK_ON:18
     PLATFORM_NAME:101 CDB:3@12`,
    ({ state }) => {
      const [checkpoint = state.scn] = state.files.map((file) => file.checkpointScn).toSorted((a, b) => Number(a - b));
      const isOpen = state.instanceStatus === 'OPEN';
      return [
        [
          state.dbid,
          state.name,
          state.uniqueName,
          hostDate(state, state.createdAtMs),
          state.logMode,
          isOpen ? state.openMode : 'MOUNTED',
          state.role,
          state.role === 'PRIMARY' ? 'CURRENT' : 'STANDBY',
          isOpen ? state.scn : 0n,
          checkpoint,
          state.resetlogsScn,
          hostDate(state, state.createdAtMs),
          state.isForceLogging ? 'YES' : 'NO',
          state.isFlashbackOn ? 'YES' : 'NO',
          'Linux x86 64-bit',
          state.containers.length > 0 ? 'YES' : 'NO',
        ],
      ];
    },
  ),
  V$INSTANCE: defineView(
    `INSTANCE_NUMBER:n INSTANCE_NAME:16 HOST_NAME:64 VERSION:17 VERSION_FULL:17@18 STARTUP_TIME:d STATUS:12 PARALLEL:3
     THREAD#:n ARCHIVER:7 LOG_SWITCH_WAIT:15 LOGINS:10 SHUTDOWN_PENDING:3 DATABASE_STATUS:17 INSTANCE_ROLE:18
     ACTIVE_STATE:9 BLOCKED:3`,
    ({ state, instance }) => [
      [
        BigInt(instance),
        instanceName(state.sid, state.threads, instance),
        instanceName(state.hostName, state.threads, instance),
        state.version,
        state.versionFull,
        hostDate(state, state.startedAtMs),
        state.instanceStatus,
        state.threads > 1 ? 'YES' : 'NO',
        BigInt(instance),
        state.archiver,
        null,
        'ALLOWED',
        'NO',
        'ACTIVE',
        'PRIMARY_INSTANCE',
        'NORMAL',
        'NO',
      ],
    ],
    { isFixed: true },
  ),
  V$VERSION: defineView(
    'BANNER:80 BANNER_FULL:160@18 BANNER_LEGACY:80@18',
    ({ state }) => {
      const banner = `Oracle Database ${state.version.split('.')[0]}c Enterprise Edition Release ${state.version} - Production`;
      return [[banner, `${banner}\nVersion ${state.versionFull}`, banner]];
    },
    { isFixed: true },
  ),
  PRODUCT_COMPONENT_VERSION: defineView(
    'PRODUCT:320 VERSION:160 VERSION_FULL:160@18 STATUS:320',
    // The trailing blank is observed (sqlplus.md G25).
    ({ state }) => [
      [
        `Oracle Database ${state.version.split('.')[0]}c Enterprise Edition `,
        state.version,
        state.versionFull,
        'Production',
      ],
    ],
    { isFixed: true },
  ),
  V$PDBS: withHiddenContainers(
    defineView(
      'CON_ID:n DBID:n CON_UID:n NAME:128 OPEN_MODE:10 RESTRICTED:3',
      ({ state }) =>
        state.containers
          .filter(({ id }) => id > 1)
          .map(({ id, name, openMode }) => {
            const dbid = state.dbid + BigInt(id);
            return [BigInt(id), dbid, dbid, name, openMode, 'NO'];
          }),
      { since: 12 },
    ),
  ),
  V$CONTAINERS: defineView(
    'CON_ID:n DBID:n CON_UID:n NAME:128 OPEN_MODE:10 RESTRICTED:3',
    ({ state }) =>
      state.containers.map(({ id, name, openMode }) => {
        const dbid = id === 1 ? state.dbid : state.dbid + BigInt(id);
        return [BigInt(id), dbid, dbid, name, openMode, 'NO'];
      }),
    { since: 12 },
  ),
};
