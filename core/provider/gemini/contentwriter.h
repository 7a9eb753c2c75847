// SPDX-License-Identifier: MIT
// Writes the turns of a conversation as Gemini's systemInstruction and contents.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace meridian::provider::gemini {

/// One per request. Neighbours of equal role become one content, but for contents that a Gemini
/// client kept apart. System turns in the middle stay there, as the user's: moved to the front they
/// would change the bytes that a prompt cache knows.
class ContentWriter
{
public:
    ContentWriter(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

    /// The member `systemInstruction`, if there is one.
    void systemInstruction(json::JsonWriter &out);
    /// The member `contents`.
    void contents(json::JsonWriter &out);

private:
    void turn(std::size_t index);
    void part(const Part &part, const std::string &path);
    void thought(const Part &part);
    void media(const Part &part, const std::string &path);
    void call(const Part &part, const std::string &path);
    void result(const Part &part, const std::string &path);
    void response(const Part &part);
    void resultMedia(const Part &part, const std::string &path);

    void open(const Turn &turn, std::string_view role);
    void close();
    void endPart(const Part &part);
    void extras(const Part &part, std::string_view prefix);
    void reportPart(const Part &part, const std::string &path);
    [[nodiscard]] std::string turnPath(std::size_t turn) const;
    [[nodiscard]] std::string partPath(std::size_t turn, std::size_t part) const;

    const ChatRequest &m_request;
    Fidelity &m_fidelity;
    json::JsonWriter *m_out = nullptr;
    const bool m_isGemini3;
    const bool m_isOwn;             // a Gemini client's
    std::size_t m_system = 0;       // turns that stand in systemInstruction
    std::string_view m_openRole;    // of the content that is being written; empty: none
    Role m_lastRole = Role::System; // of the turn written last
    bool m_isTurnOpen = false;      // the turn's content has been found or made
    bool m_hasCall = false;         // in this content
    std::unordered_map<std::string, std::string_view> m_names;  // of calls, by id
    std::vector<std::pair<const Part *, std::string>> m_beside; // media beside the turn's results
};

} // namespace meridian::provider::gemini
