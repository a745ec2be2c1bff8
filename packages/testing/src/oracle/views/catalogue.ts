import { oracleError } from '../oracle-error.js';
import type { Relation } from '../sql/compile.js';
import type { Catalogue } from '../sql/select.js';
import { databaseViews } from './database.js';
import { acrossInstances, type View, type ViewContext } from './define-view.js';
import { fileViews } from './files.js';
import { redoViews } from './redo.js';

const views: Readonly<Record<string, View>> = { ...databaseViews, ...fileViews, ...redoViews };

/** Every view there is, for tests that ask each of them. */
export const viewNames: readonly string[] = Object.keys(views);

/** `SYS.V_$BACKUP`, `V_$BACKUP` and `V$BACKUP` are one. */
const plainName = (name: string): string => name.replace(/^SYS\./, '').replace(/^(G?V)_\$/, '$1$');

/**
 * The dictionary as one session sees it.
 *
 * @param canSelect Without the privilege a view is not there (ORA-00942). Source: oracle-hot-backup.md section 2.
 */
export const createCatalogue = (context: ViewContext, canSelect: boolean): Catalogue => ({
  findView: (name): Relation | undefined => {
    const plain = plainName(name);
    const isGlobal = plain.startsWith('GV$');
    const view = views[isGlobal ? plain.slice(1) : plain];
    if (view === undefined || (!canSelect && plain.includes('$'))) return undefined;
    const { instanceStatus } = context.state;
    if (view.needsMount && instanceStatus === 'STARTED') throw oracleError('ORA-01507');
    return isGlobal ? acrossInstances(view, context) : { columns: view.columns, rows: view.rows(context) };
  },
});
