import { oracleError } from '../oracle-error.js';
import { canSelect } from '../privileges.js';
import type { Relation } from '../sql/compile.js';
import type { Catalogue } from '../sql/select.js';
import { majorVersion } from '../state.js';
import { asmViews } from './asm.js';
import { databaseViews } from './database.js';
import { acrossInstances, asOfRelease, type View, type ViewContext } from './define-view.js';
import { fileViews } from './files.js';
import { parameterViews } from './parameters.js';
import { redoViews } from './redo.js';
import { sessionViews } from './sessions.js';

const views: Readonly<Record<string, View>> = {
  ...databaseViews,
  ...parameterViews,
  ...sessionViews,
  ...fileViews,
  ...asmViews,
  ...redoViews,
};

/** Every view there is, for tests that ask each of them. */
export const viewNames: readonly string[] = Object.keys(views);

/** `SYS.V_$BACKUP`, `V_$BACKUP` and `V$BACKUP` are one. */
const plainName = (name: string): string => name.replace(/^SYS\./, '').replace(/^(G?V)_\$/, '$1$');

/**
 * The dictionary as one session sees it. A view that is not granted is not there (ORA-00942). Source:
 * oracle-hot-backup.md section 2.
 */
export const createCatalogue = (context: ViewContext): Catalogue => ({
  findView: (name): Relation | undefined => {
    const plain = plainName(name);
    const isGlobal = plain.startsWith('GV$');
    const found = views[isGlobal ? plain.slice(1) : plain];
    const release = majorVersion(context.state);
    if (found === undefined || (found.options.since ?? 0) > release) return undefined;
    if (found.options.isPublic !== true && !canSelect(context.privileges, plain)) return undefined;
    const { instanceStatus } = context.state;
    if (found.options.needsOpen === true && instanceStatus !== 'OPEN') throw oracleError('ORA-01219');
    if (found.options.isFixed !== true && instanceStatus === 'STARTED') throw oracleError('ORA-01507');
    const view = asOfRelease(found, release);
    return isGlobal ? acrossInstances(view, context) : { columns: view.columns, rows: view.rows(context) };
  },
});
