# What the stand-ins of the servers share: the packages of this machine, and a Node that stands in for curl and wget.
FROM nhip-stand-in/debian-servers
COPY accounts /etc/passwd
COPY groups /etc/group
COPY node /usr/local/bin/node
COPY probe.mjs /usr/local/bin/probe.mjs
RUN ln -s probe.mjs /usr/local/bin/curl && ln -s probe.mjs /usr/local/bin/wget && chmod 0755 /usr/local/bin/probe.mjs
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
