/** All of Google at one address, as Easel's settings know it: Gemini and Omni by key, Veo by account. */
import { geminiApi } from './gemini';
import { googleError, googleRefusal } from './google-answers';
import { createTokenOffice, keyOrTokenGuard, type KnownAccount } from './google-auth';
import { omniApi } from './omni';
import { veoApi } from './veo';
import { createStep } from './frame/fault-step';
import type { Served } from './frame/http-server';
import { startStandIn, type StandInOptions } from './frame/stand-in';

export interface GoogleStandInOptions extends StandInOptions {
  readonly apiKey: string;
  readonly account: KnownAccount;
}

export function startGoogleStandIn(options: GoogleStandInOptions): Promise<Served> {
  const office = createTokenOffice(options.account);
  return startStandIn(
    {
      authorize: keyOrTokenGuard(office, options),
      refusal: googleRefusal,
      problem: googleError,
      routes: (frame) => [
        office.route,
        // Each refuses in its own words.
        ...[geminiApi, veoApi, omniApi].flatMap(({ refusal, routes }) =>
          routes({ ...frame, step: createStep(frame.faults, refusal) }),
        ),
      ],
    },
    options,
  );
}
