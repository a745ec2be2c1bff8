/**
 * Core's port `Database`, spelled again: this package imports none of ours. The compiler compares the two where a test of
 * core hands one to the other.
 */
export interface DatabasePort {
  openSession(options: { readonly purpose: string; readonly signal?: AbortSignal }): Promise<DatabaseSessionPort>;
  openBracket(request: BracketRequestFacts): Promise<OpenedBracketFacts>;
}

export interface BracketRequestFacts {
  readonly run: string;
  readonly budgetMs: number;
  readonly fallback: DatabaseSessionPort;
  readonly signal?: AbortSignal;
}

export type OpenedBracketFacts =
  | { readonly kind: 'open'; readonly bracket: BracketFacts }
  | {
      readonly kind: 'taken';
      readonly by: readonly { readonly purpose: string; readonly loggedOnAt?: Date | undefined }[];
    };

export interface BracketFacts {
  readonly claim:
    | { readonly kind: 'exclusive' }
    | { readonly kind: 'weak'; readonly reason: string; readonly isBlind: boolean };
  readonly over: AbortSignal;
  begin(baselineScn: bigint): Promise<void>;
  readonly seen: Promise<BackupModeFacts | undefined>;
  end(): Promise<EndedFacts>;
  release(): Promise<void>;
}

export interface EndedFacts {
  readonly before: BackupModeFacts | undefined;
  readonly hotWindowMs: number;
  readonly fired: string | undefined;
}

export interface BackupStateFacts {
  readonly number: number;
  readonly isActive: boolean;
  readonly scn: bigint | undefined;
  readonly time: Date | undefined;
}

export interface OwnershipFacts {
  readonly fromScn: bigint;
  readonly toScn?: bigint;
}

export interface DatabaseSessionPort {
  readStatus(): Promise<DatabaseStatusFacts>;
  readDatafiles(): Promise<readonly DatafileFacts[]>;
  readFileInventory(): Promise<FileInventoryFacts>;
  readAsm(): Promise<AsmFacts>;
  readBackupMode(): Promise<BackupModeFacts>;
  readBackupStates(): Promise<readonly BackupStateFacts[]>;
  beginBackup(): Promise<void>;
  endBackup(
    ours: OwnershipFacts,
  ): Promise<{ readonly before: BackupModeFacts | undefined; readonly after: BackupModeFacts | undefined }>;
  archiveCurrentLog(): Promise<ArchiveProofFacts>;
  readArchivedLogs(range: { readonly fromScn: bigint; readonly toScn: bigint }): Promise<readonly ArchivedLogFacts[]>;
  countSessions(purpose: string): Promise<number>;
  findSessions(purpose: string): Promise<readonly SessionFacts[]>;
  killSession(found: SessionFacts): Promise<'killed' | 'marked' | 'gone'>;
  claimDatabase(): Promise<ClaimFacts>;
  writeRestoreMaterial(material: {
    readonly controlfile: string;
    readonly trace: string;
    readonly pfile: string;
    readonly manifest: { readonly path: string; readonly lines: readonly string[] };
  }): Promise<{ readonly hasPfile: boolean; readonly whyNoManifest: string | undefined }>;
  close(): Promise<void>;
}

export type KnownFact<Value> =
  | { readonly isKnown: true; readonly value: Value }
  | { readonly isKnown: false; readonly reason: string };

interface ArchiveDestinationFacts {
  readonly id: number;
  readonly status: string;
  readonly destination: string;
  readonly target: string;
  readonly error: string | undefined;
}

interface DatabaseFileFacts {
  readonly kind: 'temporary-file' | 'controlfile' | 'online-log' | 'standby-log' | 'spfile' | 'change-tracking-file';
  readonly path: string;
}

export interface FileInventoryFacts {
  readonly temporaryFiles: KnownFact<readonly DatabaseFileFacts[]>;
  readonly controlfiles: KnownFact<readonly DatabaseFileFacts[]>;
  readonly logMembers: KnownFact<readonly DatabaseFileFacts[]>;
  readonly spfile: KnownFact<DatabaseFileFacts | undefined>;
  readonly changeTrackingFile: KnownFact<DatabaseFileFacts | undefined>;
  readonly keystores: KnownFact<
    readonly { readonly location: string; readonly path: string | undefined; readonly status: string }[]
  >;
  readonly archiveDestinations: KnownFact<readonly ArchiveDestinationFacts[]>;
  readonly recoveryArea: KnownFact<{ readonly path: string | undefined } | undefined>;
}

export interface AsmFacts {
  readonly groups: KnownFact<readonly { readonly number: number; readonly name: string }[]>;
  readonly disks: KnownFact<
    readonly { readonly groupNumber: number; readonly name: string | undefined; readonly path: string | undefined }[]
  >;
  readonly operations: KnownFact<
    readonly { readonly groupNumber: number; readonly operation: string; readonly state: string }[]
  >;
}

export interface DatabaseStatusFacts {
  readonly dbid: string;
  readonly name: string;
  readonly uniqueName: string;
  readonly version: string;
  readonly logMode: string;
  readonly openMode: string;
  readonly role: string;
  readonly isContainerDatabase: boolean;
  readonly currentScn: bigint;
  readonly resetlogsScn: bigint;
  readonly isForceLogging: boolean;
  readonly time: Date;
  readonly instances: readonly {
    readonly number: number;
    readonly name: string;
    readonly hostName: string;
    readonly status: string;
    readonly archiver: string;
  }[];
  readonly threads: readonly { readonly number: number; readonly isOpen: boolean; readonly isEnabled: boolean }[];
  readonly containers: readonly { readonly id: number; readonly name: string; readonly openMode: string }[];
  readonly sessionContainer: { readonly id: number; readonly name: string } | undefined;
  readonly seesAllContainers: KnownFact<boolean>;
  readonly archiveDestinations: KnownFact<readonly ArchiveDestinationFacts[]>;
  readonly recoveryAreaFreeBytes: KnownFact<bigint | undefined>;
  readonly isRmanRunning: KnownFact<boolean>;
}

export interface DatafileFacts {
  readonly number: number;
  readonly path: string;
  readonly containerId: number;
  readonly status: string;
  readonly enabled: string;
  readonly creationScn: bigint;
  readonly unrecoverableScn: bigint;
  readonly sizeBytes: bigint;
}

export interface BackupModeFacts {
  readonly activeFiles: number;
  readonly distinctScns: number;
  readonly lowestScn: bigint | undefined;
  readonly highestScn: bigint | undefined;
  readonly fileNumberSum: bigint;
  readonly fileNumberSquareSum: bigint;
}

export interface OwnershipFacts {
  readonly fromScn: bigint;
  readonly toScn?: bigint;
}

export interface ArchiveProofFacts {
  readonly scn: bigint;
  readonly threads: readonly {
    readonly thread: number;
    readonly sequence: number | undefined;
    readonly nextScn: bigint | undefined;
    readonly isProved: boolean;
  }[];
}

export interface SessionFacts {
  readonly instance: number;
  readonly sid: number;
  readonly serial: number;
  readonly purpose: string;
  readonly claim: 'exclusive' | 'weak' | undefined;
  readonly status: string;
  readonly event: string | undefined;
  readonly loggedOnAt: Date | undefined;
}

export type ClaimFacts =
  | { readonly kind: 'exclusive' }
  | { readonly kind: 'taken'; readonly by: readonly SessionFacts[] }
  | { readonly kind: 'weak'; readonly reason: string; readonly others: readonly SessionFacts[] };

export interface ArchivedLogFacts {
  readonly thread: number;
  readonly sequence: number;
  readonly firstScn: bigint;
  readonly nextScn: bigint;
  readonly resetlogsScn: bigint;
  readonly destinationId: number;
  readonly path: string | undefined;
  readonly isAvailable: boolean;
}
