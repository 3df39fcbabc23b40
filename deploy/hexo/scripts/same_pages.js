// The theme writes the time of the run into every page; then every page would be another one at each run.
hexo.extend.filter.register('before_generate', () => {
  hexo.theme.config.getStartTime = 0;
});
