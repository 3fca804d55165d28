#!/bin/sh
# As the official image: fills in the templates.
set -e
NGINX_LOCAL_RESOLVERS=$(awk '/^nameserver/ { print $2; exit }' /etc/resolv.conf)
export NGINX_LOCAL_RESOLVERS
variables=$(env | cut -d= -f1 | sed 's/^/${/; s/$/}/' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
    conf=/etc/nginx/conf.d/$(basename "$template" .template)
    envsubst "$variables" <"$template" >"$conf"
done
exec "$@"
