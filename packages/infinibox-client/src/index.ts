export type { CallOptions } from './call.js';
export { createInfiniboxClient, type InfiniboxClient } from './client.js';
export type { Clock } from './clock.js';
export {
  InfiniboxConnectionError,
  InfiniboxDecodeError,
  InfiniboxError,
  InfiniboxInputError,
  InfiniboxListChangedError,
  InfiniboxRefusedError,
  InfiniboxResponseError,
  type Method,
  type Outcome,
} from './errors.js';
export { type InfiniboxClientOptions, infiniboxSettings, type ResponseInfo } from './options.js';
export type { Condition, Filter, SortKey } from './query.js';
export type { MetadataCalls, MetadataFilter, MetadataItem } from './resources/object-metadata.js';
export type { System, SystemCalls } from './resources/system.js';
export type { Volume, VolumeCalls, VolumeFields, VolumeFilter, VolumeQuery } from './resources/volumes.js';
