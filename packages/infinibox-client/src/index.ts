export type { CallOptions } from './call.js';
export { createInfiniboxClient, type InfiniboxClient } from './client.js';
export type { Clock } from './clock.js';
export type { KnownField, ListCalls, ListQuery, ReadCalls, Selected } from './collection.js';
export {
  type FailedCall,
  InfiniboxConnectionError,
  InfiniboxDecodeError,
  InfiniboxError,
  InfiniboxInputError,
  InfiniboxListChangedError,
  InfiniboxOutcomeUnknownError,
  InfiniboxRefusedError,
  InfiniboxResponseError,
  type Method,
  type Outcome,
  type RefusalReason,
} from './errors.js';
export { type InfiniboxClientOptions, infiniboxSettings, type RequestInfo, type ResponseInfo } from './options.js';
export type { Condition, Filter, SortKey } from './query.js';
export type {
  ConsistencyGroup,
  ConsistencyGroupCalls,
  GroupFields,
  GroupFilter,
} from './resources/consistency-groups.js';
export type { DatasetFields } from './resources/dataset.js';
export type { Dataset, DatasetCalls } from './resources/datasets.js';
export type { Event, EventCalls, EventFields, EventLevel } from './resources/events.js';
export type { Export, ExportCalls, ExportFields } from './resources/exports.js';
export type { Filesystem, FilesystemCalls, FilesystemFilter, FilesystemQuery } from './resources/filesystems.js';
export type { Cluster, ClusterCalls, ClusterFields, Host, HostCalls, HostFields } from './resources/hosts.js';
export type { Lun } from './resources/luns.js';
export type { NetworkSpace, NetworkSpaceCalls, NetworkSpaceFields } from './resources/network-spaces.js';
export type { MetadataCalls, MetadataFilter, MetadataItem } from './resources/object-metadata.js';
export type { Pool, PoolCalls, PoolFields } from './resources/pools.js';
export type { Link, LinkCalls, LinkFields, Replica, ReplicaCalls, ReplicaFields } from './resources/replication.js';
export type { MadeSnapshotGroup, SnapshotGroup, SnapshotGroupCalls } from './resources/snapshot-groups.js';
export type { System, SystemCalls, SystemCapacity } from './resources/system.js';
export type { User, UserCalls, UserFields } from './resources/users.js';
export type {
  SnapshotOptions,
  Volume,
  VolumeCalls,
  VolumeFields,
  VolumeFilter,
  VolumeQuery,
} from './resources/volumes.js';
