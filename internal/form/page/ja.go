package page

import "retoolapi/internal/form"

// The Japanese of the page. Labels, buttons and list entries of Retool's form
// stay in English, as the form shows them.

var notesInJapanese = map[form.Note]string{
	form.NoteName:          "好きな名前を付けてください。",
	form.NoteBaseURL:       "末尾にスラッシュを付けません。",
	form.NoteHeader:        "AUTHORIZATION_TOKEN は {{ }} で囲まず、そのまま書きます。認証ワークフローで定義する変数の名前です。",
	form.NoteCreate:        "「Create resource」を押してリソースを作成します。そのリソースの設定画面に戻り、そこで Custom Auth を選択してください。",
	form.NoteSteps:         "ステップごとに「Add new step to the auth workflow」を押し、この順に追加します。",
	form.NoteNested:        "1 行です。波かっこを含むオブジェクト全体が値です。「Test auth workflow」が SerializationException を返す場合、お使いの Retool は値を文字列として送っています。次のコマンドで、入れ子のないリクエストのフォームを出力してください：",
	form.NotePassword:      "1 行です。オブジェクト全体が値です。参照が展開されない場合は、「Test auth workflow」が表示するスコープから名前を選んでください。パスワードに \" や \\ が含まれると、この行は正しく送られません。SerializationException が返る場合、お使いの Retool はオブジェクトを文字列として送っています。その場合は、入れ子のないリクエストを使う共有サインインだけが使えます：",
	form.NoteSecret:        "秘密の値です。期限が切れるまで、これを持つ人は誰でも API を使えます。",
	form.NoteReference:     "「Test auth workflow」に別のパスが表示される場合は、表示されたスコープから、このトークンの名前で終わるものを選んでください。",
	form.NoteRefreshPath:   "「Test refresh auth workflow」に別のパスが表示される場合は、表示されたスコープから、このトークンの名前で終わるものを選んでください。",
	form.NoteRefreshOwn:    "「Test refresh auth workflow」で変数が展開されない場合は、表示されたスコープから選んでください。",
	form.NoteRefreshSame:   "Retool には、ステップの一覧が 1 つだけで、トリガーがそれをもう一度実行するバージョンと、独自のステップとテストボタンを備えた更新ワークフローがあるバージョンがあります。2 つ目の一覧がある場合は、そこにも同じステップを入力してください。ステップは下に続きます。",
	form.NoteRefreshSteps:  "更新ワークフローには専用のステップがあります。利用者それぞれのリフレッシュトークンを使います。ステップの一覧が 1 つだけの Retool では入力する場所がないため、共有サインインを使ってください。",
	form.NoteAgain:         "お使いの Retool に 2 つ目のステップの一覧がある場合だけ入力します。値は Auth workflow と同じです。",
	form.NotePeriod:        "単位は秒です。アクセストークンの有効期間の 6 分の 5 です。",
	form.NoteTest:          "「Save changes」を押し、続けて「Test auth workflow」を押します。「Test refresh auth workflow」があれば、それも押します。",
	form.NoteFormField:     "キーは、次のステップで使う名前です。",
	form.NotePublicApps:    "公開アプリでは使えません。閲覧者に Retool のアカウントがなく、トークンを保存できないためです。",
	form.NoteSharedAccount: "Retool の利用者は全員、API からは同じ 1 人のユーザーに見えます。",
}

var proofsInJapanese = map[form.ProofName]string{
	form.ProofForm:         "フォームの内容がスタックと一致します",
	form.ProofWithoutToken: "トークンのないリクエストは拒否されます",
	form.ProofTokenRequest: "Retool のトークン要求でアクセストークンを取得できます",
	form.ProofQuery:        "API がそのトークンを受け付けます",
	form.ProofBrokenToken:  "壊れたトークンは拒否されます",
	form.ProofIDToken:      "ID トークンは拒否されます",
	form.ProofRecovery:     "トークンが拒否されても Retool は自動で復旧します",
	form.ProofExpiry:       "リフレッシュトークンは有効です",
}

// foundInJapanese maps what the checks found.
var foundInJapanese = map[string]string{
	"its addresses, app client, variables and period":    "アドレス、アプリクライアント、変数、間隔が一致しています",
	"401 from all %d operations":                         "全 %d 件のオペレーションが 401 を返しました",
	"valid for %d minutes, Retool refreshes it every %d": "有効期間は %d 分で、Retool が %d 分ごとに更新します",
	"200 from %s %s, as user %s":                         "%s %s が 200 を返しました（ユーザー：%s）",
	"%d":                                                 "%d を返しました",
	"refreshed, and the query sent again: 200":           "トークンを更新し、クエリを再送すると 200 が返りました",
	"until %s, %.0f days from now":                       "%sまで（残り %.0f 日）",
}

// inJapanese maps the other English texts, with their verbs, to the Japanese ones.
var inJapanese = map[string]string{
	// Around the form
	"Language":        "言語",
	"%d of %d copied": "%d / %d 件コピー済み",
	"Stage %s":        "ステージ %s",
	"Open this place in Retool and fill in the form from top to bottom. Every value is here to copy.":                                           "Retool で次の画面を開き、フォームを上から順に入力します。値はすべて、このページからコピーできます。",
	"This stack runs on this computer: Retool's cloud cannot reach it. The page shows how the form of a deployed stage looks. `%s` prints one.": "このスタックはこのコンピューターで動いているため、クラウド版の Retool からは接続できません。このページは、デプロイしたステージのフォームがどうなるかを示す見本です。`%s` を実行すると、デプロイしたステージのフォームが出力されます。",
	"This file holds a refresh token: whoever has it can use the API. Do not send it to anyone, and delete it once Retool's form is saved.":     "このファイルにはリフレッシュトークンが含まれています。これを持つ人は誰でも API を使えます。誰にも送らず、Retool のフォームを保存したら削除してください。",
	"This page holds no refresh token. `%s` issues one and writes the page with it.":                                                            "このページにはリフレッシュトークンが含まれていません。`%s` を実行すると、トークンが発行され、それを含むページが作られます。",
	"Nothing was proven": "動作は未確認です",
	"These values were printed, not tried. `%s` tries them on the deployed stack.": "値は出力しただけで、まだ試していません。`%s` を実行すると、デプロイ済みのスタックで確認できます。",
	"%d checks passed on %s": "%d 件の確認に成功（%s）",
	"Not everything works":   "動作しない項目があります",
	"On %s exactly these values were run against the deployed stack.": "%sに、このとおりの値をデプロイ済みのスタックに対して実行しました。",
	"Passed:": "成功：",
	"Failed:": "失敗：",

	// The form
	"Resource":              "リソース",
	"Create resource":       "リソースの作成",
	"Refresh auth workflow": "Refresh auth workflow（更新ワークフロー）",
	"Save and test":         "保存とテスト",
	"older versions: “%s”":  "旧バージョンでは「%s」",
	"choose from the list":  "リストから選択",
	"Copy":                  "コピー",
	"Copied":                "コピー済み",
	"Reveal":                "表示",
	"Hide":                  "隠す",
	"This browser does not let the page copy. The value is selected: press Ctrl+C, on a Mac ⌘C.": "このブラウザーでは、ページからコピーできません。値を選択したので、Ctrl+C（Mac では ⌘C）を押してください。",

	// Over time
	"What happens over time":            "時間の経過と動作",
	"The tokens over time":              "時間の経過とトークン",
	"Refresh token":                     "リフレッシュトークン",
	"Access tokens, a new one every %s": "アクセストークン（%sごとに更新）",
	"after %s":                          "%s後",
	"Every %s the refresh token gives a new access token, which is valid for %s, until the refresh token expires on %s.":                              "リフレッシュトークンで %sごとに新しいアクセストークン（有効期間 %s）を取得します。リフレッシュトークンは %sに期限が切れます。",
	"Every %s the refresh token gives a new access token, which is valid for %s, until the refresh token expires %s after the sign-in.":               "リフレッシュトークンで %sごとに新しいアクセストークン（有効期間 %s）を取得します。リフレッシュトークンはサインインの %s後に期限が切れます。",
	"Each person signs in once. Retool keeps the person's refresh token and an access token, which is valid for %s.":                                  "利用者はそれぞれ一度だけサインインします。Retool は、その人のリフレッシュトークンと、%s間有効なアクセストークンを保持します。",
	"Retool exchanges the refresh token for an access token, which is valid for %s.":                                                                  "Retool はリフレッシュトークンを使って、%s間有効なアクセストークンを取得します。",
	"Every %s Retool's refresh workflow gets the next access token, %s before the current one expires, so that no query is sent with an expired one.": "%sごとに、Retool の更新ワークフローが次のアクセストークンを取得します。前のトークンが切れる %s前なので、期限切れのトークンでクエリが送られることはありません。",
	"If the API still answers 401 or 403, Retool refreshes at once and sends the query again.":                                                        "それでも API が 401 または 403 を返した場合、Retool はすぐにトークンを更新し、クエリをもう一度送ります。",
	"%s after the sign-in the refresh token expires; no refresh extends it. The person signs in again.":                                               "サインインの %s後に、リフレッシュトークンの期限が切れます。更新しても延長されません。その人がもう一度サインインします。",
	"The refresh token expires on %s; no refresh extends it. Run `%s` before then, and copy the new one into the form.":                               "リフレッシュトークンは %sに期限が切れます。更新しても延長されません。その前に `%s` を実行し、新しいトークンをフォームにコピーしてください。",
	"%s after the sign-in the refresh token expires; no refresh extends it. Run `%s` before then, and copy the new one into the form.":                "サインインの %s後に、リフレッシュトークンの期限が切れます。更新しても延長されません。その前に `%s` を実行し、新しいトークンをフォームにコピーしてください。",

	// It does not work
	"When it does not work": "うまく動かないとき",
	"This command tries the form from your computer, asks for what it needs without showing it, and says which field is wrong. If it finds nothing, what was typed into Retool differs from this page.": "次のコマンドは、このコンピューターからフォームの値を試し、どの項目が間違っているかを表示します。必要な値の入力は画面に表示されません。問題が見つからなければ、Retool に入力した内容がこのページと違っています。",
	"the command":                           "コマンド",
	"Otherwise look for what Retool shows:": "それ以外は、Retool の表示に当てはまるものを選んでください。",
	"Cause":                                 "原因",
	"Remedy":                                "対処",

	"“Test auth workflow” answers NotAuthorizedException":                                                         "「Test auth workflow」が NotAuthorizedException を返す",
	"The user name or the password is wrong, the user is disabled, or there were too many attempts.":              "ユーザー名かパスワードが間違っている、ユーザーが無効になっている、または試行回数が多すぎます。",
	"Wait some minutes and sign in again. If that fails, set another password: `%s`.":                             "数分待ってから、もう一度サインインしてください。それでも失敗する場合は、別のパスワードを設定します：`%s`",
	"The refresh token is cut off, mistyped, expired, revoked or of another app client, or its user is disabled.": "リフレッシュトークンが途中で切れている、間違っている、期限切れである、取り消された、別のアプリクライアントのものである、またはそのユーザーが無効になっています。",
	"Issue a new refresh token and copy it into the form: `%s`.":                                                  "新しいリフレッシュトークンを発行し、フォームにコピーしてください：`%s`",

	"The answer has a ChallengeName and no AuthenticationResult":                          "応答に ChallengeName があり、AuthenticationResult がない",
	"The user still has the password that an administrator gave (NEW_PASSWORD_REQUIRED).": "ユーザーのパスワードが、管理者が設定した仮のもののままです（NEW_PASSWORD_REQUIRED）。",
	"Set a permanent password: `%s`.":                                                     "恒久的なパスワードを設定してください：`%s`",

	"“Test auth workflow” answers SerializationException":   "「Test auth workflow」が SerializationException を返す",
	"Retool sent AuthParameters as text, not as an object.": "Retool が AuthParameters をオブジェクトではなく文字列として送りました。",
	"Compare the row with this page: braces and quotation marks belong to it, and a password with \" or \\ breaks it. If it is the same, your Retool cannot send it: use the shared sign-in: `%s`.": "行をこのページと見比べてください。波かっこと引用符も値の一部です。パスワードに \" や \\ が含まれると正しく送られません。同じであれば、お使いの Retool では送れないため、共有サインインを使ってください：`%s`",
	"Print the form with a request that has no nested value: `%s`.": "入れ子の値を使わないリクエストでフォームを出力してください：`%s`",

	"“Test auth workflow” answers ResourceNotFoundException":                                                                                     "「Test auth workflow」が ResourceNotFoundException を返す",
	"No app client has this ClientId in the region that the URL names. One of the two is mistyped, or the stack was deleted and deployed again.": "URL のリージョンに、この ClientId のアプリクライアントがありません。どちらかが間違っているか、スタックが削除されて再作成されています。",
	"Copy ClientId and URL again. After a new deployment print the form again: `%s`.":                                                            "ClientId と URL をコピーし直してください。再作成した場合は、フォームを出力し直します：`%s`",

	"“Test auth workflow” answers UnknownOperationException or something that is not JSON": "「Test auth workflow」が UnknownOperationException か、JSON ではないものを返す",
	"The method, the URL or one of the two headers differs from this page.":                "メソッド、URL、または 2 つのヘッダーのどれかが、このページと違っています。",
	"Copy the URL, Content-Type and X-Amz-Target again and choose POST.":                   "URL、Content-Type、X-Amz-Target をコピーし直し、POST を選んでください。",

	"The tests pass, but queries answer 401 or 403": "テストは成功するのに、クエリが 401 または 403 を返す",
	"The header Authorization does not carry the access token. The variable's name differs from the name in the header, or the name is in {{ }}, or the variable holds the id token.": "Authorization ヘッダーにアクセストークンが入っていません。変数の名前がヘッダーの中の名前と違う、名前が {{ }} で囲まれている、または変数に ID トークンが入っています。",
	"Compare the header Authorization and the step “Define a variable” with this page. The reference must end in AccessToken.":                                                        "Authorization ヘッダーと「Define a variable」のステップを、このページと見比べてください。参照は AccessToken で終わる必要があります。",

	"Queries answer 404": "クエリが 404 を返す",
	"The Base URL is another API's or ends in a slash, or the path of the query is mistyped.": "Base URL が別の API のものであるか、末尾にスラッシュが付いているか、クエリのパスが間違っています。",
	"Copy the Base URL again and compare the path with `openapi.yaml`.":                       "Base URL をコピーし直し、パスを `openapi.yaml` と見比べてください。",

	"Queries work at first and fail after %s": "クエリが最初は動き、%s後に失敗する",
	"The refresh workflow does not run: its trigger or its steps are missing, or the period is not shorter than the access token's validity.": "更新ワークフローが動いていません。トリガーかステップが設定されていないか、間隔がアクセストークンの有効期間より短くなっていません。",
	"Choose “Time-based expiration” with a period of %d seconds, then press “Test refresh auth workflow” if your Retool has it.":              "「Time-based expiration」を選んで間隔を %d 秒にしてください。「Test refresh auth workflow」があれば、それも押してください。",

	"Everything worked for %s, and now every query fails":            "%s間は動いていたが、すべてのクエリが失敗するようになった",
	"The person's refresh token has expired; no refresh extends it.": "その人のリフレッシュトークンの期限が切れました。更新しても延長されません。",
	"The person signs in again in Retool.":                           "その人が Retool でもう一度サインインします。",
	"The refresh token has expired; no refresh extends it.":          "リフレッシュトークンの期限が切れました。更新しても延長されません。",
	"The refresh token expired on %s; no refresh extends it.":        "リフレッシュトークンは %sに期限が切れました。更新しても延長されません。",
}
