/** A volume of the array, with what identifies it on a host. */
export interface ArrayVolume {
  readonly id: number;
  readonly name: string;
  /** As the array gives it: 31 hexadecimal digits. */
  readonly serial: string;
  /** Of its NVMe namespace; `undefined` where the array does not tell. */
  readonly nguid?: string | undefined;
}

/** A filesystem of the array, under one of its exports. */
export interface ArrayExport {
  readonly exportPath: string;
  /** The directory of the filesystem that is exported; `/` for all of it. */
  readonly innerPath: string;
  readonly filesystem: { readonly id: number; readonly name: string };
}

/** What the array knows of the disks and mounts of a host. */
export interface ArrayInventory {
  /** `serial` is decimal, as `ArrayIdentity` has it. */
  readonly identity: { readonly name: string; readonly serial: string };
  /** At least those whose serials `serialsToLookUp` names, as far as they exist here, and the targets' own. */
  readonly volumes: readonly ArrayVolume[];
  readonly exports: readonly ArrayExport[];
  /** Addresses that serve NFS here; `undefined` when they cannot be read. */
  readonly nasAddresses: readonly string[] | undefined;
}
