// SPDX-License-Identifier: MIT
#include "core/base/result.h"

#include <cerrno>
#include <cstring>

namespace meridian {

tl::unexpected<Error> systemFailure(const char *what)
{
    const int saved = errno;
    const auto code = saved == EADDRINUSE ? ErrorCode::AddressInUse : ErrorCode::SystemCall;
    return failure(code, std::string(what) + ": " + std::strerror(saved));
}

} // namespace meridian
