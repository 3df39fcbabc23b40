"""The archive of Sina Finance's domestic news: all that crawls, keeps and rebuilds it, one room a subject."""
