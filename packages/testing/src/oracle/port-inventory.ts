import type { AsmFacts, FileInventoryFacts } from './port-facts.js';
import { known, optionalText, readArchiveDestinations, rowOf, rowsOf, small, text } from './port-reads.js';
import type { ServerSession } from './server-session.js';

/** Every file that is no data file, one query per view. */
export const readFileInventory = async (session: ServerSession): Promise<FileInventoryFacts> => {
  const temporary = await rowsOf(session, 'SELECT name FROM v$tempfile ORDER BY file#');
  const controlfiles = await rowsOf(session, 'SELECT name FROM v$controlfile ORDER BY name');
  const members = await rowsOf(session, 'SELECT type, member FROM v$logfile ORDER BY group#, member');
  const spfile = await rowOf(session, "SELECT value FROM v$parameter WHERE name = 'spfile'");
  const tracking = await rowOf(session, 'SELECT status, filename FROM v$block_change_tracking');
  const keystores = await rowsOf(session, 'SELECT wrl_type, wrl_parameter, status FROM v$encryption_wallet');
  const areas = await rowsOf(session, 'SELECT name FROM v$recovery_file_dest WHERE space_limit > 0');
  const archiveDestinations = await readArchiveDestinations(session);
  const spfilePath = optionalText(spfile['VALUE']);
  const trackingPath = tracking['STATUS'] === 'DISABLED' ? undefined : optionalText(tracking['FILENAME']);
  const [area] = areas;
  return {
    temporaryFiles: known(temporary.map((row) => ({ kind: 'temporary-file', path: text(row['NAME']) }))),
    controlfiles: known(controlfiles.map((row) => ({ kind: 'controlfile', path: text(row['NAME']) }))),
    logMembers: known(
      members.map((row) => ({
        kind: row['TYPE'] === 'STANDBY' ? 'standby-log' : 'online-log',
        path: text(row['MEMBER']),
      })),
    ),
    spfile: known(spfilePath === undefined ? undefined : { kind: 'spfile', path: spfilePath }),
    changeTrackingFile: known(
      trackingPath === undefined ? undefined : { kind: 'change-tracking-file', path: trackingPath },
    ),
    keystores: known(
      keystores.map((row) => ({
        location: text(row['WRL_TYPE']),
        path: optionalText(row['WRL_PARAMETER']),
        status: text(row['STATUS']),
      })),
    ),
    archiveDestinations,
    recoveryArea: known(area && { path: optionalText(area['NAME']) }),
  };
};

/** Disk groups, their disks and what ASM is doing. */
export const readAsm = async (session: ServerSession): Promise<AsmFacts> => {
  const groups = await rowsOf(session, 'SELECT group_number, name FROM v$asm_diskgroup ORDER BY group_number');
  const disks = await rowsOf(
    session,
    'SELECT group_number, name, path FROM v$asm_disk ORDER BY group_number, disk_number',
  );
  const operations = await rowsOf(session, 'SELECT group_number, operation, state FROM v$asm_operation');
  return {
    groups: known(groups.map((row) => ({ number: small(row['GROUP_NUMBER']), name: text(row['NAME']) }))),
    disks: known(
      disks.map((row) => ({
        groupNumber: small(row['GROUP_NUMBER']),
        name: optionalText(row['NAME']),
        path: optionalText(row['PATH']),
      })),
    ),
    operations: known(
      operations.map((row) => ({
        groupNumber: small(row['GROUP_NUMBER']),
        operation: text(row['OPERATION']),
        state: text(row['STATE']),
      })),
    ),
  };
};
