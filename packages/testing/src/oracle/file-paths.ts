import { allThreads, onlineLogPath } from './redo.js';
import type { DatabaseState } from './state.js';

/** Every file and directory of the database that lies somewhere on its host. */
export const filePaths = (state: DatabaseState): readonly string[] => {
  const groups = allThreads(state).length * state.groupsPerThread;
  const single = [state.spfile, state.blockChangeTracking, state.recoveryArea?.path];
  return [
    ...state.files.map(({ path }) => path),
    ...state.controlfiles,
    ...state.tempfiles,
    ...Array.from({ length: groups }, (_, index) => onlineLogPath(state, index + 1)),
    state.archiveDirectory,
    ...state.threadArchiveDirectories.values(),
    ...single.filter((path) => path !== undefined),
  ];
};
