// SPDX-License-Identifier: MIT
// Reads the parts of a client's contents.
#pragma once

#include "core/provider/gemini/fields.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace meridian::provider::gemini {

/// One per request: remembers the calls, whose results name them by id or by name and order.
class PartReader
{
public:
    explicit PartReader(Problem &problem) noexcept
        : m_problem(problem)
    {
    }

    /// The part at `contents[content].parts[index]`.
    [[nodiscard]] Part
    read(json::Value part, std::size_t content, std::size_t index, const std::string &path);

private:
    struct Call
    {
        std::string id;
        bool isMade = false;
        bool isAnswered = false;
    };

    void media(Part &part, json::Value data, const std::string &path, bool isInline);
    void call(Part &part, json::Value data, const std::string &path, const std::string &made);
    void result(Part &part, json::Value data, const std::string &path);
    void response(Part &part, json::Value response);
    void resultParts(Part &part, json::Value parts, const std::string &path);
    void match(Part &part, json::Value id, const std::string &path);

    Problem &m_problem;
    std::vector<Call> m_calls;
    std::unordered_map<std::string, std::size_t> m_byId;
    std::unordered_map<std::string, std::deque<std::size_t>> m_open; // by name, oldest first
};

} // namespace meridian::provider::gemini
