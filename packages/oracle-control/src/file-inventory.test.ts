import { describe, expect, it } from 'vitest';
import { readFileInventory } from './file-inventory.js';
import { askingViews, reasonFor, type ViewAnswers } from './views.test.fixture.js';

const files: ViewAnswers = {
  v$tempfile: ['~/u02/temp01.dbf|1|', '~/u02/pdb/temp01.dbf|3|'],
  v$controlfile: ['~/u01/control01.ctl|', '~+DATA/ORCL/control02.ctl|'],
  v$logfile: ['~ONLINE|/u03/redo01.log|', '~STANDBY|/u03/standby04.log|'],
  v$parameter: ['~/u01/dbs/spfileORCL.ora|'],
  v$block_change_tracking: ['~ENABLED|/u02/change.trk|'],
  v$encryption_wallet: ['~FILE|/u01/wallet/|OPEN|AUTOLOGIN|1|', '~FILE|\\z|OPEN|AUTOLOGIN|3|'],
  v$archive_dest: ['~1|VALID|USE_DB_RECOVERY_FILE_DEST|PRIMARY|\\z|', '~2|ERROR|standby|STANDBY|ORA-12541: TNS|'],
  v$recovery_file_dest: ['~/u04/fra|1000|700|50|'],
};

const wholeDatabase = (kind: string, path: string) => ({ kind, path, containerId: 0 });

describe('the files besides the data files', () => {
  it('are listed by kind, with their container', async () => {
    const asking = askingViews(files);
    expect(await readFileInventory(asking)).toEqual({
      temporaryFiles: {
        isKnown: true,
        value: [
          { kind: 'temporary-file', path: '/u02/temp01.dbf', containerId: 1 },
          { kind: 'temporary-file', path: '/u02/pdb/temp01.dbf', containerId: 3 },
        ],
      },
      controlfiles: {
        isKnown: true,
        value: [
          wholeDatabase('controlfile', '/u01/control01.ctl'),
          wholeDatabase('controlfile', '+DATA/ORCL/control02.ctl'),
        ],
      },
      logMembers: {
        isKnown: true,
        value: [wholeDatabase('online-log', '/u03/redo01.log'), wholeDatabase('standby-log', '/u03/standby04.log')],
      },
      spfile: { isKnown: true, value: wholeDatabase('spfile', '/u01/dbs/spfileORCL.ora') },
      changeTrackingFile: { isKnown: true, value: wholeDatabase('change-tracking-file', '/u02/change.trk') },
      keystores: {
        isKnown: true,
        value: [
          { location: 'FILE', path: '/u01/wallet/', status: 'OPEN', type: 'AUTOLOGIN', containerId: 1 },
          { location: 'FILE', path: undefined, status: 'OPEN', type: 'AUTOLOGIN', containerId: 3 },
        ],
      },
      archiveDestinations: {
        isKnown: true,
        value: [
          { id: 1, status: 'VALID', destination: 'USE_DB_RECOVERY_FILE_DEST', target: 'PRIMARY', error: undefined },
          { id: 2, status: 'ERROR', destination: 'standby', target: 'STANDBY', error: 'ORA-12541: TNS' },
        ],
      },
      recoveryArea: {
        isKnown: true,
        value: { path: '/u04/fra', limitBytes: 1000n, usedBytes: 700n, reclaimableBytes: 50n, freeBytes: 350n },
      },
    });
    expect(asking.writes).toEqual([8]);
  });

  it('are read without the columns that 11.2 lacks', async () => {
    const before12: ViewAnswers = {
      ...files,
      v$tempfile: ['~/u02/temp01.dbf|0|'],
      v$encryption_wallet: ['~FILE|/u01/wallet/|CLOSED|\\z|0|'],
    };
    expect(await readFileInventory(askingViews(before12, ['con_id', 'wallet_type']))).toMatchObject({
      temporaryFiles: { value: [{ path: '/u02/temp01.dbf', containerId: 0 }] },
      keystores: { value: [{ status: 'CLOSED', type: undefined, containerId: 0 }] },
    });
  });

  it.each([
    ['no spfile', { v$parameter: ['~\\z|'] }, { spfile: { isKnown: true, value: undefined } }],
    ['no such parameter', { v$parameter: ['no rows selected'] }, { spfile: { isKnown: true, value: undefined } }],
    [
      'change tracking switched off',
      { v$block_change_tracking: ['~DISABLED|/u02/old.trk|'] },
      { changeTrackingFile: { isKnown: true, value: undefined } },
    ],
    [
      'change tracking never used',
      { v$block_change_tracking: ['no rows selected'] },
      { changeTrackingFile: { isKnown: true, value: undefined } },
    ],
    [
      'no recovery area',
      { v$recovery_file_dest: ['~\\z|0|0|0|'] },
      { recoveryArea: { isKnown: true, value: undefined } },
    ],
    [
      'a destination without a place',
      { v$archive_dest: ['~1|BAD PARAM|\\z|PRIMARY|\\z|'] },
      { archiveDestinations: { value: [{ destination: '' }] } },
    ],
  ])('tell %s', async (_, change, expected) =>
    expect(await readFileInventory(askingViews({ ...files, ...change }))).toMatchObject(expected),
  );

  it('are each unknown by themselves where the account may not read the view', async () => {
    expect(await readFileInventory(askingViews({}))).toEqual({
      temporaryFiles: reasonFor('V$TEMPFILE'),
      controlfiles: reasonFor('V$CONTROLFILE'),
      logMembers: reasonFor('V$LOGFILE'),
      spfile: reasonFor('V$PARAMETER'),
      changeTrackingFile: reasonFor('V$BLOCK_CHANGE_TRACKING'),
      keystores: reasonFor('V$ENCRYPTION_WALLET'),
      archiveDestinations: reasonFor('V$ARCHIVE_DEST'),
      recoveryArea: reasonFor('V$RECOVERY_FILE_DEST'),
    });
  });
});
