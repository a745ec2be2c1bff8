import { describe, expect, it } from 'vitest';
import { type Asking, change, query } from './ask.js';
import { archiveCurrentLog, beginBackup, type Change } from './changes.js';
import { systemClock } from './clock.js';
import { endAll } from './end-changes.js';
import { atChange, atConnect, atQuery, atStart, type Golden } from './golden.test.fixture.js';
import { logOn } from './log-on.js';
import { parseOptions } from './options.js';
import { readVersion } from './queries.js';
import { runSqlplus } from './run-sqlplus.js';
import { connectLine } from './script.js';
import { allOf, createHome, fakePassword, outcomeOf, processesOf, sqlplus } from './scripted-sqlplus.test.fixture.js';

/** Prints a transcript, byte for byte, and ends with it or reads on. */
const replay = ({ exit }: Golden) => `cat $HERE/out; cat $HERE/stderr >&2${exit === undefined ? '' : `; exit ${exit}`}`;

const openWith = async (golden: Golden, script: string) => {
  const { out, stderr = '' } = golden as Golden;
  const home = await createHome(script, { out, stderr });
  const resolved = parseOptions({
    oracleHome: home,
    logon: { kind: 'password', user: 'u', password: fakePassword, connectIdentifier: 'x' },
    limits: { exitMs: 300, killGraceMs: 200 },
  });
  const warnings: object[] = [];
  const log = { debug: () => {}, warn: (fields: object) => void warnings.push(fields) };
  const context = { resolved, connect: connectLine(resolved), startSqlplus: runSqlplus, clock: systemClock, log };
  return { home, warnings, opening: logOn({ purpose: 'golden', signal: undefined }, context) };
};

const cases = <Goldens extends Readonly<Record<string, Golden>>>(
  goldens: Goldens,
  expectations: { readonly [Key in keyof Goldens]: object },
) => Object.entries(goldens).map(([key, golden]) => ({ ...golden, golden, expected: expectations[key] as object }));

/** What the caller sees, and what must be so whatever that is. */
const seenBy = async (home: string, call: Promise<unknown>, asking?: Asking) => {
  const outcome = await outcomeOf(call);
  await asking?.session.close();
  return { outcome, tellsSecret: allOf(outcome).includes(fakePassword), processes: processesOf(home) };
};
const seen = (outcome: object) => ({ outcome, tellsSecret: false, processes: [] });

describe('in place of a first answer', () => {
  const startError = (message: string, hint: string) => ({
    code: 'SQLPLUS_START',
    outcome: 'refused',
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  });
  it.each(
    cases(atStart, {
      G29: startError('(exit status 1): Error 6 initializing', 'oracleHome must be'),
      G30: startError('(exit status 1): Error 46 initializing', 'http_proxy'),
      G31: startError('(exit status 127): sqlplus: error while loading', 'A library of sqlplus is missing'),
      G32: startError('(exit status 0): SQL*Plus: Release 19', 'by hand'),
    }),
  )('$id, $name', async ({ golden, expected }) => {
    const { home, opening } = await openWith(golden, replay(golden));
    expect(await seenBy(home, opening)).toMatchObject(seen(expected));
  });

  it.each(['0', '1'])('G29, without the SP2-0667 prefix of 10g, with status %s', async (exit) => {
    const out = 'Error 6 initializing SQL*Plus\nMessage file sp1us.msb not found\n';
    const { home, opening } = await openWith({ id: 'G29', name: '', out }, `cat $HERE/out; exit ${exit}`);
    expect(await seenBy(home, opening)).toMatchObject(seen(startError('Error 6', 'oracleHome must be')));
  });
});

describe('in answer to CONNECT', () => {
  const good = { isAnswered: true };
  const refused = { code: 'ORACLE', statement: 'CONNECT', outcome: 'refused' };
  const denied = {
    ...refused,
    oracleCode: 'ORA-01017',
    isLogonRefused: true,
    hint: expect.stringContaining('password'),
  };
  it.each(
    cases(atConnect, {
      G09: good,
      G09b: good,
      G17: good,
      G10: denied,
      G11: denied,
      G12: denied,
      G13: { ...refused, oracleCode: 'SP2-0640' },
      G14: { ...refused, oracleCode: 'SP2-0306', hint: expect.stringContaining('role') },
      G15: denied,
      G16: denied,
      G18: { ...refused, oracleCode: 'ORA-12514', isUnreachable: true, hint: expect.stringContaining('service') },
      G19: { ...refused, oracleCode: 'ORA-12541', isUnreachable: true, hint: expect.stringContaining('listener') },
    }),
  )('$id, $name', async ({ id, golden, expected }) => {
    const { home, warnings, opening } = await openWith(golden, sqlplus(`CONNECT*) ${replay(golden)} ;;`));
    const closed = opening.then(({ asking }) => asking.session.close());
    expect(await seenBy(home, closed)).toMatchObject(seen(expected));
    const soon = { statement: 'CONNECT', warnings: ['ORA-28002: the password will expire within 7 days'] };
    expect(warnings).toEqual(id === 'G17' ? [soon] : []);
  });
});

describe('in answer to a statement', () => {
  const confirmed = { isAnswered: true };
  const refused = (oracleCode: string, rest: object = {}) => ({
    code: 'ORACLE',
    outcome: 'refused',
    oracleCode,
    ...rest,
  });
  const unknown = (message: string) => ({
    code: 'ORACLE',
    outcome: 'unknown',
    oracleCode: undefined,
    message: expect.stringContaining(message),
  });
  const hinted = { hint: expect.any(String) };
  const statement = (id: string): Change =>
    ['G02', 'G43', 'G44'].includes(id) ? archiveCurrentLog : id === 'G08' ? endAll : beginBackup;
  it.each(
    cases(atChange, {
      G01: confirmed,
      G02: confirmed,
      G03: unknown('sqlplus ended (exit status 0)'),
      G04: refused('ORA-01146', { condition: 'backupMode', ...hinted }),
      G05: refused('ORA-01146', { condition: 'backupMode', codes: ['ORA-01146', 'ORA-01110'] }),
      G06: refused('ORA-01146', { message: expect.stringContaining('exit status 4') }),
      G07: refused('ORA-01123', { hint: expect.stringContaining('ARCHIVELOG') }),
      // That nothing was in backup mode is for V$BACKUP to tell: END has reached what it was for.
      G08: confirmed,
      G26: { code: 'ORACLE', outcome: 'unknown', oracleCode: 'ORA-03113', ...hinted },
      G27: refused('SP2-0734'),
      G28: { code: 'ORACLE', outcome: 'unknown', oracleCode: 'SP2-0027' },
      G33: unknown('sqlplus ended (exit status 0)'),
      G34: refused('ORA-01149'),
      G35: refused('ORA-10873', { codes: ['ORA-10873', 'ORA-01110'], ...hinted }),
      G36: refused('ORA-10873', hinted),
      G39: refused('ORA-00279', { condition: 'recovery' }),
      G40: refused('ORA-06550', { codes: ['ORA-06550', 'PLS-00201', 'ORA-06550'] }),
      G41: refused('ORA-01128', hinted),
      G42: unknown('sqlplus ended (exit status 44)'),
      G43: unknown('sqlplus printed nothing'),
      G44: unknown('sqlplus printed "Database altered."'),
    }),
  )('$id, $name', async ({ id, golden, expected }) => {
    const wanted = statement(id);
    const { home, opening } = await openWith(golden, sqlplus(`'${wanted.sql};') ${replay(golden)} ;;`));
    const { asking } = await opening;
    expect(await seenBy(home, change(asking, wanted), asking)).toMatchObject(seen(expected));
  });
});

describe('in answer to a query', () => {
  const unknown = { code: 'ORACLE', outcome: 'unknown', oracleCode: undefined };
  it.each(
    cases(atQuery, {
      G13: { code: 'ORACLE', oracleCode: 'SP2-0640', outcome: 'refused' },
      G20: { oracleCode: 'ORA-01034', outcome: 'refused', isUnreachable: true, hint: expect.stringContaining('down') },
      G21: { ...unknown, message: expect.stringContaining('sqlplus printed "ARCHIVELOG"') },
      G22: unknown,
      G22b: unknown,
      G23: { isAnswered: true, answered: [] },
      G24: unknown,
      G25: unknown,
    }),
  )('$id, $name', async ({ golden, expected }) => {
    const { home, opening } = await openWith(golden, sqlplus(`'FROM v$instance;') ${replay(golden)} ;;`));
    const { asking } = await opening;
    expect(await seenBy(home, query(asking, readVersion), asking)).toMatchObject(seen(expected));
  });
});
