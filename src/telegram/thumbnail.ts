/** The still a chat shows until a video plays. */
import sharp from 'sharp';
import { isMp4 } from '../domain/mp4';
import { framesAt } from '../video/frames';

// By https://core.telegram.org/bots/api#sendvideo: a JPEG of at most 320 x 320 and 200 kB.
const sideMax = 320;
/** Seconds; films often begin in the dark. */
const moment = 0.5;

/** Undefined where no frame can be had: the video goes without, Telegram then makes its own. */
export async function thumbnailOf(video: Buffer): Promise<Buffer | undefined> {
  if (!isMp4(video)) return undefined;
  try {
    const [frame] = await framesAt(video, [moment]);
    const still = sharp(frame).resize(sideMax, sideMax, { fit: 'inside' });
    return await still.jpeg({ quality: 80 }).toBuffer();
  } catch {
    return undefined;
  }
}
