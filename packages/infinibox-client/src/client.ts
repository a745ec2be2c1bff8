import { createCall } from './call.js';
import { type InfiniboxClientOptions, parseOptions } from './options.js';
import { createTransport } from './request.js';
import { createMetadata, type MetadataCalls } from './resources/object-metadata.js';
import { createSystem, type SystemCalls } from './resources/system.js';
import { createVolumes, type VolumeCalls } from './resources/volumes.js';

/** One array, spoken to in its own words. */
export interface InfiniboxClient extends AsyncDisposable {
  readonly system: SystemCalls;
  readonly volumes: VolumeCalls;
  readonly metadata: MetadataCalls;
  /** Lets calls in progress finish and closes the client's connections; later calls fail. */
  close(): Promise<void>;
}

/**
 * Creates a client of one array. Nothing is sent before the first call; every call carries the credentials, so there is no
 * session that could expire.
 *
 * @throws {InfiniboxInputError} An option is wrong. Names all that are.
 */
export const createInfiniboxClient = (options: InfiniboxClientOptions): InfiniboxClient => {
  const parsed = parseOptions(options);
  const transport = createTransport(parsed);
  const call = createCall(transport, parsed);
  const close = () => transport.close();
  return {
    system: createSystem(call),
    volumes: createVolumes(call),
    metadata: createMetadata(call),
    close,
    [Symbol.asyncDispose]: close,
  };
};
