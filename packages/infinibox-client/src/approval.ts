import type { Call, CallRequest } from './call.js';
import { InfiniboxResponseError } from './errors.js';
import type { Answer } from './wire.js';

/** The array asks whether a dangerous call is meant. Source: infinibox-api.md sections 1.6 and 1.7. */
const plainApprovalCode = 'APPROVAL_REQUIRED';

/**
 * Sends a call without approval first, and once more with it when the array asks plainly. Never when it asks anything more,
 * such as `APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN`: an approved delete takes everything below along.
 *
 * Source: infinibox-api.md sections 4.5 and 4.7.
 */
export const withApproval = async (call: Call, request: CallRequest): Promise<Answer> => {
  try {
    return await call(request);
  } catch (error) {
    if (!(error instanceof InfiniboxResponseError) || error.apiCode !== plainApprovalCode) throw error;
    return call({ ...request, query: [...(request.query ?? []), 'approved=true'] });
  }
};

/** Deletes, with approval where the array asks for it plainly. */
export const deleteWithApproval = async (
  call: Call,
  request: Pick<CallRequest, 'path' | 'query' | 'signal'>,
): Promise<void> => {
  await withApproval(call, { ...request, method: 'DELETE' });
};
