import * as z from 'zod/mini';

/** A refusal in S3's words. */
export type FormFault = { readonly status: number; readonly code: string; readonly message: string };

const policySchema = z.object({ expiration: z.string(), conditions: z.array(z.unknown()) });
const sizeCondition = z.tuple([z.literal('content-length-range'), z.number(), z.number()]);

/**
 * What S3 would refuse of a presigned form: one that comes after its policy has ended, or with fewer or more bytes than
 * it admits. `undefined` where nothing is wrong with it. Signatures are not looked at.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 *
 * @param body the form as `multipart/form-data`, its file last
 */
export const faultOfForm = (body: Buffer, nowMs: number): FormFault | undefined => {
  const fileHeader = body.indexOf('name="file"');
  const fields = body.toString('latin1', 0, Math.max(0, fileHeader));
  const encoded = /name="policy"\r\n\r\n([A-Za-z0-9+/=]+)/i.exec(fields)?.[1];
  if (encoded === undefined) return undefined;
  const { expiration, conditions } = policySchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  if (Date.parse(expiration) <= nowMs)
    return { status: 403, code: 'AccessDenied', message: 'Invalid according to Policy: Policy expired.' };
  const size = fileBytes(body, fileHeader);
  for (const condition of conditions) {
    const range = sizeCondition.safeParse(condition);
    if (!range.success) continue;
    const [, least, most] = range.data;
    if (size < least)
      return { status: 400, code: 'EntityTooSmall', message: 'Your proposed upload is smaller than the minimum.' };
    if (size > most)
      return { status: 400, code: 'EntityTooLarge', message: 'Your proposed upload exceeds the maximum.' };
  }
  return undefined;
};

/** Between the file's own header and the form's last delimiter, which begins as the first does. */
const fileBytes = (body: Buffer, fileHeader: number): number => {
  const delimiter = body.toString('latin1', 0, body.indexOf('\r\n'));
  return body.lastIndexOf(`\r\n${delimiter}`) - (body.indexOf('\r\n\r\n', fileHeader) + 4);
};
