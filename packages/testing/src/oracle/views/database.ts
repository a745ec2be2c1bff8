import { defineView, hostDate, type View } from './define-view.js';

/** The instance that carries this number: `ORCL` alone, `ORCL1` and `ORCL2` of two. */
export const instanceName = (sid: string, threads: number, instance: number): string =>
  threads === 1 ? sid : `${sid}${instance}`;

/** The views of the database and its instances. Columns and words: oracle-hot-backup.md section 3. */
export const databaseViews: Readonly<Record<string, View>> = {
  V$DATABASE: defineView(
    `DBID:n NAME:9 DB_UNIQUE_NAME:30 CREATED:d LOG_MODE:12 OPEN_MODE:20 DATABASE_ROLE:16 CONTROLFILE_TYPE:7
     CURRENT_SCN:n CHECKPOINT_CHANGE#:n RESETLOGS_CHANGE#:n RESETLOGS_TIME:d FORCE_LOGGING:39 FLASHBACK_ON:18
     PLATFORM_NAME:101 CDB:3`,
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
          'NO',
          'Linux x86 64-bit',
          state.containers.length > 0 ? 'YES' : 'NO',
        ],
      ];
    },
  ),
  V$INSTANCE: defineView(
    `INSTANCE_NUMBER:n INSTANCE_NAME:16 HOST_NAME:64 VERSION:17 VERSION_FULL:17 STARTUP_TIME:d STATUS:12 PARALLEL:3
     THREAD#:n ARCHIVER:7 LOG_SWITCH_WAIT:15 LOGINS:10 SHUTDOWN_PENDING:3 DATABASE_STATUS:17 INSTANCE_ROLE:18
     ACTIVE_STATE:9 BLOCKED:3`,
    ({ state, instance }) => [
      [
        BigInt(instance),
        instanceName(state.sid, state.threads, instance),
        state.threads === 1 ? state.hostName : `${state.hostName}${instance}`,
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
    { needsMount: false },
  ),
  V$VERSION: defineView(
    'BANNER:80 BANNER_FULL:160 BANNER_LEGACY:80',
    ({ state }) => {
      const banner = `Oracle Database ${state.version.split('.')[0]}c Enterprise Edition Release ${state.version} - Production`;
      return [[banner, `${banner}\nVersion ${state.versionFull}`, banner]];
    },
    { needsMount: false },
  ),
  PRODUCT_COMPONENT_VERSION: defineView(
    'PRODUCT:320 VERSION:160 VERSION_FULL:160 STATUS:320',
    // The trailing blank is observed (sqlplus.md G25).
    ({ state }) => [
      [
        `Oracle Database ${state.version.split('.')[0]}c Enterprise Edition `,
        state.version,
        state.versionFull,
        'Production',
      ],
    ],
    { needsMount: false },
  ),
  V$PDBS: defineView('CON_ID:n DBID:n CON_UID:n NAME:128 OPEN_MODE:10 RESTRICTED:3', ({ state }) =>
    state.containers
      .filter(({ id }) => id > 1)
      .map(({ id, name, openMode }) => {
        const dbid = state.dbid + BigInt(id);
        return [BigInt(id), dbid, dbid, name, openMode, 'NO'];
      }),
  ),
  V$PARAMETER: defineView(
    'NAME:80 VALUE:4000 DISPLAY_VALUE:4000',
    ({ state }) => {
      const parameters: readonly (readonly [string, string | null])[] = [
        ['control_files', `/u01/oradata/${state.name}/control01.ctl`],
        ['db_create_file_dest', null],
        ['db_name', state.name],
        ['db_recovery_file_dest', state.recoveryArea?.path ?? null],
        ['db_recovery_file_dest_size', String(state.recoveryArea?.limitBytes ?? 0)],
        ['db_unique_name', state.uniqueName],
        ['enable_pluggable_database', state.containers.length > 0 ? 'TRUE' : 'FALSE'],
        ['instance_name', state.sid],
        ['log_archive_dest_1', `LOCATION=${state.archiveDirectory}`],
        ['log_archive_format', state.archiveFormat],
        ['spfile', `/u01/app/oracle/dbs/spfile${state.sid}.ora`],
      ];
      return parameters.map(([name, value]) => [name, value, value]);
    },
    { needsMount: false },
  ),
  V$SESSION: defineView(
    'SID:n SERIAL#:n USERNAME:128 STATUS:8 MODULE:64 ACTION:64 CLIENT_IDENTIFIER:64 PROGRAM:84 EVENT:64',
    ({ state, instance }) =>
      instance > 1
        ? []
        : state.sessions.map((session) => [
            BigInt(session.id),
            BigInt(session.serial),
            session.user,
            session.isKilled ? 'KILLED' : session.isRunning ? 'ACTIVE' : 'INACTIVE',
            session.module,
            session.action,
            null,
            session.program,
            'SQL*Net message from client',
          ]),
    { needsMount: false },
  ),
  V$SESSION_LONGOPS: defineView(
    `SID:n SERIAL#:n OPNAME:64 TARGET:64 SOFAR:n TOTALWORK:n UNITS:32 START_TIME:d LAST_UPDATE_TIME:d TIME_REMAINING:n
     ELAPSED_SECONDS:n MESSAGE:512 USERNAME:30`,
    ({ state, instance }) => {
      const now = hostDate(state, state.clock.now());
      return state.isRmanRunning && instance === 1
        ? [
            [
              99n,
              7n,
              'RMAN: aggregate input',
              null,
              10n,
              100n,
              'Blocks',
              now,
              now,
              60n,
              6n,
              'RMAN: aggregate input',
              'SYS',
            ],
          ]
        : [];
    },
    { needsMount: false },
  ),
  V$BLOCK_CHANGE_TRACKING: defineView('STATUS:10 FILENAME:513 BYTES:n', () => [['DISABLED', null, null]]),
  V$ENCRYPTION_WALLET: defineView('WRL_TYPE:20 WRL_PARAMETER:4000 STATUS:30 WALLET_TYPE:20', ({ state }) => [
    ['FILE', `/u01/app/oracle/admin/${state.name}/wallet`, 'NOT_AVAILABLE', 'UNKNOWN'],
  ]),
};
