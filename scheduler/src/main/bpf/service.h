/* SPDX-License-Identifier: GPL-2.0 */
/* The service that a flow belongs to. */
#ifndef SHUNT_SERVICE_H
#define SHUNT_SERVICE_H

#include "flow.h"

static __always_inline struct service *service_of(const union flow *flow, enum family family)
{
	if (family == IPV4) {
		struct service_key4 key = {
			.vip = flow->four.destination,
			.port = flow->four.destination_port,
			.protocol = flow->four.protocol,
		};

		return bpf_map_lookup_elem(&services4, &key);
	} else {
		struct service_key6 key = {
			.port = flow->six.destination_port,
			.protocol = flow->six.protocol,
		};

		__builtin_memcpy(key.vip, flow->six.destination, sizeof(key.vip));
		return bpf_map_lookup_elem(&services6, &key);
	}
}

#endif
