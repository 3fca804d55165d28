#!/bin/sh
# As the official image: the user of the environment is the broker's first one.
set -e
cp /etc/rabbitmq/rabbitmq.conf /tmp/rabbitmq.conf
printf 'default_user = %s\ndefault_pass = %s\n' "$RABBITMQ_DEFAULT_USER" "$RABBITMQ_DEFAULT_PASS" >>/tmp/rabbitmq.conf
export RABBITMQ_CONFIG_FILE=/tmp/rabbitmq
exec rabbitmq-server
