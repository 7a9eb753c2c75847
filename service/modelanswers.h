// SPDX-License-Identifier: MIT
// Which models there are, told in the dialect that asks: OpenAI, Anthropic, Gemini or Ollama.
#pragma once

#include "service/adminresponse.h"

#include <string_view>

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

/// Main thread. Anthropic's and OpenAI's lists have the same path: who sends `anthropic-version`
/// gets the former.
class ModelAnswers
{
public:
    /// `service` outlives this.
    explicit ModelAnswers(admin::AdminService &service) noexcept
        : m_service(service)
    {
    }

    /// Methods that `path` takes, as the header Allow says it; empty: no path of these.
    [[nodiscard]] static std::string_view methodsOf(std::string_view path) noexcept;

    [[nodiscard]] AdminResponse answer(const AdminRequest &request) const;

private:
    [[nodiscard]] AdminResponse openAi(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse anthropic(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse gemini(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse ollama(const AdminRequest &request) const;

    admin::AdminService &m_service;
};

} // namespace meridian::service
