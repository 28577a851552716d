/** Slash commands as people type them. */
export interface Command {
  /** Without the slash and without "@bot", in lower case. */
  readonly name: string;
  /** The rest of the text, trimmed. */
  readonly argument: string;
}

const commandPattern = /^\/([a-z0-9_]{1,32})(?:@\w+)?(?:\s+([\s\S]*))?$/i;

/** Reads a text as a command; undefined when it is none. */
export function readCommand(text: string): Command | undefined {
  const match = commandPattern.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  return { name: match[1].toLowerCase(), argument: (match[2] ?? '').trim() };
}

export interface RefundCommand {
  readonly target: string;
  /** Left out: all of it. */
  readonly amount?: string;
  readonly force: boolean;
  readonly reason: string;
}

/** Reads `<id> [amount|all] [force] <reason>`; undefined when it is not that. */
export function readRefundCommand(argument: string): RefundCommand | undefined {
  const words = argument.split(/\s+/).filter((word) => word !== '');
  const target = words.shift();
  const amount = /^(all|[1-9]\d{0,12})$/.test(words[0] ?? '') ? words.shift() : undefined;
  const force = words[0] === 'force';
  if (force) words.shift();
  const reason = words.join(' ');
  if (target === undefined || reason === '' || reason.length > 500) return undefined;
  return { target, force, reason, ...(amount === undefined || amount === 'all' ? {} : { amount }) };
}

export interface AddTokensCommand {
  readonly telegramId: bigint;
  readonly amount: bigint;
  readonly reason: string;
}

/** Reads `<telegram id> <tokens> <reason>`; undefined when it is not that. */
export function readAddTokensCommand(argument: string): AddTokensCommand | undefined {
  const match = /^(\d{1,18})\s+([1-9]\d{0,8})\s+([\s\S]{1,500})$/.exec(argument);
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined)
    return undefined;
  return { telegramId: BigInt(match[1]), amount: BigInt(match[2]), reason: match[3].trim() };
}

export interface BanCommand {
  readonly telegramId: bigint;
  readonly reason: string;
}

/** Reads `<telegram id> <reason>`; undefined when it is not that. */
export function readBanCommand(argument: string): BanCommand | undefined {
  const match = /^(\d{1,18})\s+([\s\S]{1,500})$/.exec(argument);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { telegramId: BigInt(match[1]), reason: match[2].trim() };
}
