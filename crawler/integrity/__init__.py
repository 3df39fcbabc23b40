"""Whether an archive is whole: captures, posts, images and manifests, checked and where possible mended."""
