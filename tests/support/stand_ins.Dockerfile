# What stands in for the images that others make, where their registry can't be reached: Debian 12 and its packages,
# with the same users, folders, ports and variables, as far as ours meet them.
FROM debian:bookworm-slim AS apt
RUN printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && apt-get update -q

FROM apt AS python
RUN apt-get install -qy --no-install-recommends python3-pip python3-venv

FROM apt AS nginx
RUN apt-get install -qy --no-install-recommends nginx-light && rm -r /var/www/html && ln -s /usr/share/nginx/html /var/www
CMD ["nginx", "-g", "daemon off;"]

FROM apt AS redis
RUN apt-get install -qy --no-install-recommends redis-server && install -d -o redis /data
VOLUME /data
USER redis
CMD ["redis-server", "--dir", "/data", "--bind", "0.0.0.0", "--protected-mode", "no"]

FROM apt AS postgres
RUN apt-get install -qy --no-install-recommends postgresql && install -d -o postgres /var/lib/postgresql/data
ENV PATH=/usr/lib/postgresql/15/bin:$PATH PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
USER postgres
CMD [ -s $PGDATA/PG_VERSION ] || { echo "$POSTGRES_PASSWORD" > /tmp/password \
    && initdb --username=$POSTGRES_USER --pwfile=/tmp/password --auth=scram-sha-256 $POSTGRES_INITDB_ARGS \
    && echo "host all all all scram-sha-256" >> $PGDATA/pg_hba.conf \
    && echo "CREATE DATABASE $POSTGRES_USER" | postgres --single -jD $PGDATA postgres; } \
    && exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
