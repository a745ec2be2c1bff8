/** The files that a run writes as restore material, by the directory that is configured for them. */
export const restoreMaterialPaths = (directory: string, set: string) => {
  const plain = directory.replace(/\/+$/, '');
  const path = `${plain}/${set}`;
  return {
    directory: plain,
    controlfile: `${path}.ctl`,
    trace: `${path}.sql`,
    pfile: `${path}.ora`,
    manifest: `${path}.json`,
  };
};
