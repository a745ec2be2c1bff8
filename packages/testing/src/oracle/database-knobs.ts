import { z } from 'zod';
import type { SimulatedDatabase } from './simulated-database.js';
import { checkpointFile, nextScn } from './state.js';

const milliseconds = z.int().min(0);
const fileNumbers = z.array(z.int().min(1)).min(1);
const assumption = z.boolean().optional();

const knobs = z.strictObject({
  logMode: z.enum(['ARCHIVELOG', 'NOARCHIVELOG']),
  role: z.enum(['PRIMARY', 'PHYSICAL STANDBY', 'LOGICAL STANDBY', 'SNAPSHOT STANDBY']),
  openMode: z.enum(['MOUNTED', 'READ WRITE', 'READ ONLY', 'READ ONLY WITH APPLY']),
  /** How long the checkpoint of BEGIN, END and ARCHIVE LOG CURRENT take. */
  beginMs: milliseconds,
  endMs: milliseconds,
  archiveMs: milliseconds,
  /** How long the archiver needs after SWITCH LOGFILE; `null`: until the next call of the database. */
  archiveLagMs: milliseconds.nullable(),
  /** V$ARCHIVED_LOG shows a log so long after it was archived. */
  archivedRowLagMs: milliseconds,
  /** Every instance dies, or one of several. */
  crash: z.union([z.literal(true), z.strictObject({ instance: z.int().min(1) })]),
  /** Mounts, and opens unless a file is in backup mode. After `crash` when both are given. */
  restart: z.literal(true),
  /** Somebody else begins, or ends, backup mode of all files or of these. */
  otherBegin: z.union([z.literal(true), fileNumbers]),
  otherEnd: z.union([z.literal(true), fileNumbers]),
  addDatafile: z.strictObject({
    path: z.string().min(1),
    tablespace: z.string().optional(),
    containerId: z.int().min(0).optional(),
  }),
  /** What a file is from now on: read only with its checkpoint, offline without. */
  file: z.strictObject({
    number: z.int().min(1),
    status: z.enum(['ONLINE', 'OFFLINE', 'RECOVER']).optional(),
    isReadOnly: z.boolean().optional(),
  }),
  /** Changes a block of this file without redo. */
  nologging: z.int().min(1),
  forceLogging: z.boolean(),
  container: z.strictObject({ name: z.string(), openMode: z.enum(['READ WRITE', 'READ ONLY', 'MOUNTED', 'MIGRATE']) }),
  /** No room in the archive destination: ARCHIVE LOG CURRENT fails, or waits; `false` makes room. */
  archiverStuck: z.union([z.literal(false), z.enum(['fails', 'waits'])]),
  archiver: z.enum(['STARTED', 'STOPPED', 'FAILED']),
  /** Logs of these threads are not archived any more. */
  unarchivedThreads: z.array(z.int().min(1)),
  /** Deletes an archived log: noted as RMAN does, or behind the database's back. */
  dropLog: z.strictObject({ thread: z.int().min(1), sequence: z.int().min(1), isNoted: z.boolean().default(false) }),
  recoveryArea: z.strictObject({ limitBytes: z.int().min(0).optional(), usedBytes: z.int().min(0).optional() }),
  user: z.strictObject({
    name: z.string(),
    state: z.enum(['open', 'locked', 'expired', 'expiring']).optional(),
    password: z.string().optional(),
    roles: z.array(z.string()).optional(),
  }),
  /** Moves the clock of the database host against everybody else's; adds up, negative for back. */
  skewClockMs: z.int(),
  rman: z.boolean(),
  listener: z.enum(['up', 'down']),
  /** A rebalance of this ASM group runs; `null`: none. */
  rebalancing: z.string().nullable(),
  assumptions: z.strictObject({
    endWarns: assumption,
    beginIsPartial: assumption,
    beginsClosedContainers: assumption,
    listsOfflineFiles: assumption,
    endWaitsForBegin: assumption,
    showsUnknownError: assumption,
    showsHiddenContainers: assumption,
  }),
});

type Knobs = z.output<typeof knobs>;

/** What can be changed about the database as somebody else would: at once, or by a fault when a call comes by. */
export const databaseKnobs = knobs.partial().refine((turned) => Object.keys(turned).length > 0, 'at least one');

const fileOf = (database: SimulatedDatabase, number: number) => {
  const file = database.state.files.find((one) => one.number === number);
  if (file === undefined) throw new Error(`the simulated database has no file ${number}`);
  return file;
};

/** Only what was given: an absent field changes nothing. */
const given = <Fields extends object>(fields: Fields): Partial<{ [Key in keyof Fields]: NonNullable<Fields[Key]> }> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<{
    [Key in keyof Fields]: NonNullable<Fields[Key]>;
  }>;

/** How each knob is turned, in this order when several are. */
const turns: { readonly [Key in keyof Knobs]: (database: SimulatedDatabase, value: Knobs[Key]) => void } = {
  logMode: (database, mode) => database.setLogMode(mode),
  role: ({ state }, role) => {
    state.role = role;
  },
  openMode: ({ state }, mode) => {
    state.openMode = mode;
    state.instanceStatus = mode === 'MOUNTED' ? 'MOUNTED' : 'OPEN';
  },
  beginMs: ({ state }, ms) => {
    state.beginMs = ms;
  },
  endMs: ({ state }, ms) => {
    state.endMs = ms;
  },
  archiveMs: ({ state }, ms) => {
    state.archiveMs = ms;
  },
  archiveLagMs: ({ state }, ms) => {
    state.archiveLagMs = ms ?? undefined;
  },
  archivedRowLagMs: ({ state }, ms) => {
    state.archivedRowLagMs = ms;
  },
  crash: (database, which) => (which === true ? database.crash() : database.crashInstance(which.instance)),
  restart: (database) => database.restart(),
  otherBegin: (database, files) => (files === true ? database.beginBackup() : database.beginBackup(files)),
  otherEnd: (database, files) => (files === true ? database.endBackup() : database.endBackup(files)),
  addDatafile: (database, file) => void database.addDatafile({ path: file.path, ...given(file) }),
  file: (database, { number, ...change }) => {
    const file = fileOf(database, number);
    // ALTER TABLESPACE READ ONLY writes all there is to write first.
    if (change.isReadOnly === true && !file.isReadOnly) checkpointFile(database.state, file, nextScn(database.state));
    Object.assign(file, given(change));
  },
  nologging: (database, number) => database.changeWithoutLogging(fileOf(database, number).number),
  forceLogging: ({ state }, isOn) => {
    state.isForceLogging = isOn;
  },
  container: (database, { name, openMode }) => database.setContainer(name, openMode),
  archiverStuck: ({ state }, stuck) => {
    state.isArchiveDestinationFull = stuck !== false;
    if (stuck !== false) state.whenArchiveIsFull = stuck;
  },
  archiver: ({ state }, status) => {
    state.archiver = status;
  },
  unarchivedThreads: ({ state: { unarchivedThreads } }, threads) => {
    unarchivedThreads.clear();
    for (const thread of threads) unarchivedThreads.add(thread);
  },
  dropLog: (database, log) => database.deleteArchivedLog(log),
  recoveryArea: ({ state }, { limitBytes, usedBytes }) => {
    if (state.recoveryArea === undefined) throw new Error('the simulated database has no recovery area');
    if (limitBytes !== undefined) state.recoveryArea.limitBytes = BigInt(limitBytes);
    if (usedBytes !== undefined) state.recoveryArea.usedBytes = BigInt(usedBytes);
  },
  user: (database, { name, ...change }) => database.setUser(name, given(change)),
  skewClockMs: ({ state }, ms) => {
    state.clockSkewMs += ms;
  },
  rman: ({ state }, isRunning) => {
    state.isRmanRunning = isRunning;
  },
  listener: ({ state }, status) => {
    state.isListenerDown = status === 'down';
  },
  rebalancing: ({ state }, group) => {
    state.rebalancing = group ?? undefined;
  },
  assumptions: ({ state }, chosen) => void Object.assign(state.assumptions, given(chosen)),
};

const isKnob = (name: string): name is keyof Knobs => Object.hasOwn(turns, name);

const turn = <Key extends keyof Knobs>(database: SimulatedDatabase, name: Key, value: Knobs[Key]): void =>
  turns[name](database, value);

/** Turns every knob that is given. */
export const turnDatabase = (database: SimulatedDatabase, turned: z.output<typeof databaseKnobs>): void => {
  for (const name of Object.keys(turns).filter(isKnob)) {
    const value = turned[name];
    if (value !== undefined) turn(database, name, value);
  }
};
