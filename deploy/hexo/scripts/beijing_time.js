// Hexo moves every date by the difference between the machine's time zone and the site's, even one that
// says GMT: on a machine in another zone than the site's every article would be hours off. In the site's
// own zone there is nothing to move.
process.env.TZ = hexo.config.timezone;
