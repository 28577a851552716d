import type { Method, Methods } from '../world';
import { callbackMethods } from './callbacks';
import { chatMethods } from './chats';
import { deliveryMethods } from './delivery';
import { editMethods } from './edits';
import { fileMethods } from './files';
import { mediaMethods } from './media';
import { messageMethods } from './messages';
import { paymentMethods } from './payments';
import { profileMethods } from './profile';

const groups: readonly Methods[] = [
  deliveryMethods,
  profileMethods,
  messageMethods,
  mediaMethods,
  editMethods,
  callbackMethods,
  fileMethods,
  paymentMethods,
  chatMethods,
];

/** The server does not mind the case of method names. */
const byName = new Map<string, { readonly name: string; readonly run: Method }>(
  groups.flatMap((group) =>
    Object.entries(group).map(([name, run]) => [name.toLowerCase(), { name, run }] as const),
  ),
);

export function findMethod(
  name: string,
): { readonly name: string; readonly run: Method } | undefined {
  return byName.get(name.toLowerCase());
}
