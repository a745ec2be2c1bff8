import { describe, expect, it } from 'vitest';
import type { Asking } from './ask.js';
import { parseOptions } from './options.js';
import { writeRestoreMaterial } from './restore-material.js';

const paths = { controlfile: '/arch/control.ctl', trace: '/arch/trace.sql', pfile: '/arch/init.ora' };

/** Answers CREATE PFILE with these lines and everything else with success. */
const asking = (pfileAnswer: readonly string[]) => {
  const sent: string[] = [];
  const parts: Asking = {
    session: {
      send: async (commands) =>
        commands.map(({ input }) => {
          sent.push(input);
          return input.startsWith('CREATE PFILE') ? pfileAnswer : ['', 'Database altered.', ''];
        }),
      close: async () => {},
      abort: async () => {},
    },
    limits: parseOptions({ oracleHome: '/o', sid: 'S', logon: { kind: 'os' } }).limits,
    redact: (text) => text,
    onWarning: () => {},
  };
  return { parts, sent };
};

describe('restore material', () => {
  it('is control file copy, trace script and parameter file, in this order', async () => {
    const { parts, sent } = asking(['', 'File created.', '']);
    await expect(writeRestoreMaterial(parts, paths)).resolves.toEqual({ hasPfile: true });
    expect(sent).toEqual([
      "ALTER DATABASE BACKUP CONTROLFILE TO '/arch/control.ctl' REUSE;",
      "ALTER DATABASE BACKUP CONTROLFILE TO TRACE AS '/arch/trace.sql' REUSE;",
      "CREATE PFILE='/arch/init.ora' FROM SPFILE;",
    ]);
  });

  it('may lack the parameter file, which takes an administrative role', async () => {
    const { parts } = asking(['ERROR at line 1:', 'ORA-01031: insufficient privileges']);
    await expect(writeRestoreMaterial(parts, paths)).resolves.toEqual({ hasPfile: false });
  });

  it('fails when the parameter file cannot be written for another reason', async () => {
    const { parts } = asking(['ERROR at line 1:', "ORA-01565: error in identifying file '?/dbs/spfile@.ora'"]);
    await expect(writeRestoreMaterial(parts, paths)).rejects.toMatchObject({ oracleCode: 'ORA-01565' });
  });

  it('is not begun when one of its paths has a newline', async () => {
    const { parts, sent } = asking([]);
    const attempt = writeRestoreMaterial(parts, { ...paths, pfile: '/arch/init\n.ora' });
    await expect(attempt).rejects.toMatchObject({ code: 'ORACLE_INPUT', message: expect.stringContaining('pfile') });
    expect(sent).toEqual([]);
  });
});
