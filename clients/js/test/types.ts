// The declared types as a program uses them. tsc checks this file; it is not run.
import { published, responsive, upload, UploadError, type Manifest } from 'triptych-client';
import { TriptychImage as Element } from 'triptych-client/element';
import loader, { imageProps } from 'triptych-client/next';
import { TriptychImage } from 'triptych-client/react';
import { createElement } from 'react';

export async function use(file: File, signal: AbortSignal): Promise<string> {
  const { etag, versionId }: { etag: string; versionId?: string } = await upload(file, {
    signedUrl: async () => (await fetch('/sign')).text(), signal, onProgress: (sent: number, total: number) => sent / total,
  });
  const manifest: Manifest = await published('a.jpg', { cdn: 'https://cdn', etag });
  document.querySelector('triptych-image')!.manifest = manifest;
  Element.cdn = 'https://cdn';
  createElement(TriptychImage, { manifest, alt: 'a', loading: 'lazy' });
  // @ts-expect-error alt is required
  createElement(TriptychImage, { manifest });
  // @ts-expect-error an upload needs a signed URL
  await upload(file, {});
  const { src } = imageProps(manifest);
  const problem: Error = new UploadError('no', 403);
  return loader({ src, width: 1 }) + responsive(manifest).srcset + versionId + problem.message;
}
