/** The files that a run writes as restore material, by the directory that is configured for them. */
export const restoreMaterialPaths = (directory: string, set: string) => ({
  controlfile: `${directory}/${set}.ctl`,
  trace: `${directory}/${set}.sql`,
  pfile: `${directory}/${set}.ora`,
});
