#!/bin/sh
# Version control as an agent uses it: a new repository with one commit, without anybody's settings.
set -e
rm -rf project
git init --quiet project
cd project
echo 'hello' >file.txt
git add file.txt
git -c user.name=agent -c user.email=agent@example.invalid commit --quiet --message 'first'
